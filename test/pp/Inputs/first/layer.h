first layer
#include_next <layer.h>
