// Package worker takes messages from the queue of package sqlite and gives them to handlers: it stands where Lambda's
// event source mappings stand in the cloud, and keeps the same promises. A message that fails comes again, later and
// later; one that fails too often is given up and buried; one whose handler found a store busy is given back uncounted.
package worker
