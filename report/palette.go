package report

// ChartColors are the colours of a chart's series in order, in a picture and in a workbook. They can be told apart on
// white by people who see colours differently (Okabe and Ito's, without its yellow, and the darker of Tol's).
func ChartColors() []string {
	return []string{"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#882255", "#777777"}
}
