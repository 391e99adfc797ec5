"""`doctor`: whether this machine, the files, the sources and the channels are as havenwatch needs
them. Each check is one file in `checks`."""
