package photos

// CarryNoLabels makes builders keep the rows of labels.csv as objects, as they do for large archives.
func (l *Library) CarryNoLabels() { l.inline = -1 }
