// Package photoset reads the tables of the photographs that the labeller is calibrated and tested on: which files of
// which Debian packages they are, which half each belongs to, and what a person saw in it.
package photoset
