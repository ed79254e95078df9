package resolvers

import (
	"pam/graph"
	"pam/internal/photos"
)

func matchOf(m graph.LabelMatch) photos.LabelMatch {
	return photos.LabelMatch{Any: m.Any, All: m.All, None: m.None, MinConfidence: or(m.MinConfidence, photos.DefaultConfidence)}
}
