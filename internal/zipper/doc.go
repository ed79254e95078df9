// Package zipper knows the zip format and how to build a zip as the parts of an S3 multipart upload. It is pure: it does
// no I/O, keeps no clock and starts no goroutine. Package photos uses it to plan, build and finish archives.
//
// JPEGs do not compress, so every entry is stored. The catalog knows the size and CRC-32 of each photo, so a local
// header is complete before the first byte of the photo is fetched and no data descriptor is needed. Local headers hold
// no offsets: only the central directory does, and it comes last. So a zip is a list of parts, each a whole number of
// entries, that any worker may build in any order, and twice if need be:
//
//   - plan: a [Namer] gives the photos unique safe names, a [Planner] puts the entries into parts and says which photos
//     the store can copy by itself, each as a part behind one that ends with its header;
//   - build: [Layout] says where in the part's buffer each header and photo goes, [Compact] closes the gaps of photos
//     that are gone by then;
//   - finish: [Assemble] puts the built parts in their final order and says where each begins, a [Directory] writes the
//     central directory, and [CutTail] cuts what follows the full parts (short parts, labels.csv, directory) into the
//     last parts of the upload.
//
// Zip64 structures appear only where a size, an offset or the number of entries needs them. The format follows
// PKWARE's APPNOTE.TXT 6.3.10, cited below by section.
package zipper
