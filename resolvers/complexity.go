package resolvers

import "pam/graph"

// What fields cost. A plain field costs 1; a list costs its elements times what each costs, since that is the work.
const (
	pageCost = 2  // reading a page, whatever its length
	linkCost = 4  // signing a link
	scanCost = 20 // counting the photos of a match
	// countCost is the same inside a list of photos, where it is multiplied by the length of the list although it is counted
	// once; most such lists are short.
	countCost = 10
)

// complexity says what the fields cost whose cost is not 1 and that of their children.
func complexity() graph.ComplexityRoot {
	var c graph.ComplexityRoot
	c.Query.Labels = func(child int, first *int, _, _ *string, _ *int, _ *graph.LabelOrder) int {
		return listCost(child, first, 100)
	}
	c.Query.Photos = func(child int, _ *graph.LabelMatch, _ *graph.PhotoStatus, first *int, _ *string, _ *graph.PhotoOrder) int {
		return listCost(child, first, 50)
	}
	c.Query.Archives = func(child int, first *int, _ *string) int { return listCost(child, first, 20) }
	c.Query.Notices = func(child int, first *int, _ *string) int { return listCost(child, first, 20) }
	c.Query.ArchivePreview = func(child int, _ graph.LabelMatch) int { return scanCost + child }
	c.Label.Photos = func(child int, first *int, _ *string) int { return listCost(child, first, 50) }
	c.PhotoConnection.TotalCount = func(int) int { return countCost }
	c.Photo.URL = func(_ int, _ *int) int { return linkCost }
	c.Photo.ThumbnailURL = func(int) int { return linkCost }
	c.Archive.DownloadURL = func(int) int { return linkCost }
	c.Mutation.UploadUrls = func(child int, inputs []graph.UploadURLInput) int { return len(inputs) * (linkCost + child) }
	c.Mutation.RequestArchive = func(child int, _ graph.RequestArchiveInput) int { return scanCost + child }
	c.Mutation.DeletePhotos = func(child int, ids []string) int { return len(ids) + child }
	return c
}

// listCost is the cost of a page. What is asked for out of bounds is refused later; here it must only not overflow.
func listCost(child int, first *int, usual int) int {
	n := min(max(or(first, usual), 1), 1000)
	return pageCost + n*child
}
