// Package dynamo is PAM's catalog in the cloud: the port photos.Catalog on one DynamoDB table. It stands where package
// local/sqlite stands on a laptop, and passes the same conformance suite (package photos/photostest).
//
// The items of the table, by partition key and sort key:
//
//	O#{owner}                    STATS              the owner's summary, with the version
//	O#{owner}                    P#{photo}          a photo
//	O#{owner}                    L#{label}          a label's counters
//	O#{owner}                    H#{sha256}#{photo} a LABELLED photo by its bytes
//	O#{owner}                    A#{archive}        an archive
//	O#{owner}                    ARCHIVES           how many archives there are
//	O#{owner}                    K#{key}            an idempotency key (expires)
//	O#{owner}                    X#{hash}           the last archive of a selection (expires)
//	O#{owner}                    N#{notice}         that a notice was given
//	O#{owner}                    M#{time}#{notice}  a notice
//	O#{owner}#L#{label}          P#{photo}          an edge: a LABELLED photo that carries the label
//	O#{owner}#REJECTED           P#{photo}          a REJECTED photo
//	O#{owner}#A#{archive}#{plan} S#{slice}          a stretch of an archive's planned parts (expires)
//	O#{owner}#A#{archive}#{plan} R#{part}           what was built of a part (expires)
//	PENDING#{shard}              {owner}#{photo}    a PENDING photo
//	DELETED#{shard}              {owner}#{photo}    the tombstone of a photo
//	UNFINISHED#{shard}           {owner}#{archive}  a QUEUED or BUILDING archive
//	READY#{shard}                {end}#{owner}#{archive} a READY archive, by the time of its end
//	OWNERS#{shard}               {owner}            an owner
//
// Whatever has to be true together is written by one TransactWriteItems. Every read is strongly consistent. There is no
// index: what the sweeper looks for across owners lies in partitions of its own, spread over shards by owner, and is
// written by the transaction that makes it so. Why, and what it costs, is in docs/decisions/0009-dynamodb-table.md.
package dynamo
