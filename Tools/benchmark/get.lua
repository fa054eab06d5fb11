-- Gets one address.
dofile(os.getenv("VERDICT_WRK_REPORT"))
