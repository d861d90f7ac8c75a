#define FROM_IMACROS three
imacros text
