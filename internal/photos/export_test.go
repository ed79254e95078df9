package photos

// CarryNothing makes builders keep results and rows of labels.csv as objects, as they do for large archives.
func (l *Library) CarryNothing() { l.carried = -1 }
