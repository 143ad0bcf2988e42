package report

// ChartColors are the colours of a chart's series in order, in a picture and in a workbook. They can be told apart by
// people who see colours differently (Okabe and Ito's, without its yellow, and the darker of Tol's), and the first four
// stand out from white by more than three to one (WCAG 2.1, 1.4.11).
func ChartColors() []string {
	return []string{"#0072b2", "#d55e00", "#009e73", "#882255", "#56b4e9", "#e69f00", "#cc79a7", "#777777"}
}
