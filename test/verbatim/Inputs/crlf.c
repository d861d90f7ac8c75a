int a;
#define X \
 1
int b = X;
	/* c
 */ int c;