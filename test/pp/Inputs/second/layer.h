second layer
#if __has_include_next(<layer.h>)
#error
#endif
