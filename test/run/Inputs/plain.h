static int plain;
