"""LibreOffice Calc: an extension whose functions are the catalogue's, calculated in LibreOffice itself."""
