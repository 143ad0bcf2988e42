// Package chart draws rows as pictures: lines, bars, areas, pies, dots and
// sparklines, with words for those who don't see them.
package chart
