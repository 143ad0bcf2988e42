package data

import "strings"

// longestName bounds what nearest compares: no name of the API is longer.
const longestName = 64

// Nearest gives the name that was probably meant, or "" when none is near.
// Names that differ in case, '_' and '-' only are the nearest; then those of
// the smallest edit distance, up to a third of the length; then a name that
// begins with what was written.
func Nearest(name string, names []string) string {
	if name == "" || len(name) > longestName {
		return ""
	}
	plain := nearestPlain(name)
	best, bestDistance := "", max(1, (len(plain)+1)/3)+1
	prefixed := ""
	for _, candidate := range names {
		other := nearestPlain(candidate)
		if other == plain {
			return candidate
		}
		if d := editDistance(plain, other); d < bestDistance && d < len(plain) {
			best, bestDistance = candidate, d
		}
		if prefixed == "" && len(plain) >= 3 && strings.HasPrefix(other, plain) {
			prefixed = candidate
		}
	}
	if best == "" {
		return prefixed
	}
	return best
}

var withoutDashes = strings.NewReplacer("_", "", "-", "")

// nearestPlain drops what people vary without meaning another name.
func nearestPlain(name string) string {
	return withoutDashes.Replace(strings.ToLower(name))
}

// editDistance counts the insertions, deletions, substitutions and swaps of
// neighbours that lead from a to b (Damerau-Levenshtein, each octet edited
// once at most).
func editDistance(a, b string) int {
	var before []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next := make([]int, len(b)+1)
		next[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}
