package scalar

import (
	"math"
	"strconv"
	"time"
)

// What follows appends values as the Marshal function of the same name writes them, byte for byte and without a call for
// each. The generator of package graph finds these functions by their names: a scalar without one is written by its Marshal
// function.

// AppendString appends a text as JSON.
func AppendString(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[from:i]...)
		from = i + 1
		switch c {
		case '\t':
			b = append(b, `\t`...)
		case '\r':
			b = append(b, `\r`...)
		case '\n':
			b = append(b, `\n`...)
		case '"', '\\':
			b = append(b, '\\', c)
		default:
			const hex = "0123456789ABCDEF"
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xf])
		}
	}
	b = append(b, s[from:]...)
	return append(b, '"')
}

// AppendID appends an id, which is a text.
func AppendID(b []byte, id string) []byte { return AppendString(b, id) }

// AppendInt appends a whole number.
func AppendInt(b []byte, n int) []byte { return strconv.AppendInt(b, int64(n), 10) }

// AppendLong appends a 64-bit whole number as a JSON number.
func AppendLong(b []byte, n int64) []byte { return strconv.AppendInt(b, n, 10) }

// AppendBoolean appends a truth value.
func AppendBoolean(b []byte, v bool) []byte { return strconv.AppendBool(b, v) }

// AppendFloat appends a number. JSON has none that is infinite or no number: then it says false.
func AppendFloat(b []byte, f float64) ([]byte, bool) {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return b, false
	}
	return strconv.AppendFloat(b, f, 'g', -1, 64), true
}

// AppendDateTime appends a moment as RFC 3339 in UTC with milliseconds.
func AppendDateTime(b []byte, t time.Time) []byte {
	b = append(b, '"')
	b = t.UTC().AppendFormat(b, dateTimeLayout)
	return append(b, '"')
}
