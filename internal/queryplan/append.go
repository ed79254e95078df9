package queryplan

// Append appends one value to a Writer. It says false where the value is not valid in its place: null where the schema
// forbids that, or something that has no form in JSON. What it has appended by then is of no use.
type Append[T any] func(w *Writer, value *T) bool

// Pointer appends what a pointer leads to; nil is not valid.
func Pointer[T any](value Append[T]) Append[*T] {
	return func(w *Writer, p **T) bool { return *p != nil && value(w, *p) }
}

// NullablePointer appends what a pointer leads to, and null for nil or where that is not valid.
func NullablePointer[T any](value Append[T]) Append[*T] {
	value = Nullable(value)
	return func(w *Writer, p **T) bool {
		if *p == nil {
			w.Null()
			return true
		}
		return value(w, *p)
	}
}

// Nullable appends a value where null is allowed: one that is not valid because of the error of a resolver below it is
// null. (One that is not valid by itself ends the first pass: gqlgen has an error to tell.)
func Nullable[T any](value Append[T]) Append[T] {
	return func(w *Writer, v *T) bool {
		start := w.mark()
		if value(w, v) {
			return true
		}
		if !w.rewriting {
			return false
		}
		w.back(start)
		w.Null()
		return true
	}
}

// List appends a list, nil being empty. It is valid if its elements are. Where there may be gaps in the elements, it
// notes for them at which element they stand.
func List[T any](element Append[T], gaps bool) Append[[]T] {
	return func(w *Writer, list *[]T) bool {
		valid, outer := true, w.at
		w.Bytes = append(w.Bytes, '[')
		for i := range *list {
			if i > 0 {
				w.Bytes = append(w.Bytes, ',')
			}
			if gaps {
				w.at = &position{parent: outer, index: i}
			}
			if !element(w, &(*list)[i]) {
				if !w.rewriting {
					return false
				}
				valid = false // but the elements behind it have gaps of their own, which must take their results
			}
		}
		w.at = outer
		w.Bytes = append(w.Bytes, ']')
		return valid
	}
}

// NullableList is List where null is allowed, which nil is.
func NullableList[T any](element Append[T], gaps bool) Append[[]T] {
	list := Nullable(List(element, gaps))
	return func(w *Writer, l *[]T) bool {
		if *l == nil {
			w.Null()
			return true
		}
		return list(w, l)
	}
}
