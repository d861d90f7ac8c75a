one from __FILE__
