
#error inner
