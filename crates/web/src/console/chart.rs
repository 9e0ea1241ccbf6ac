//! A chart: bars drawn on the server, with the table behind them for whoever does not see it.

use askama::{Template, filters::HtmlSafe};

/// How wide and high the bars are drawn, in units of the drawing.
const WIDTH: u64 = 720;
const HEIGHT: u64 = 160;

/// Bars of the same kind, in order.
#[derive(Debug, Clone, Template)]
#[template(path = "console/chart.html")]
pub struct Chart {
    /// What it shows.
    pub label: String,
    /// What stands above the names, and above the numbers.
    pub columns: [&'static str; 2],
    /// Each with its name and its number.
    pub points: Vec<(String, u64)>,
}

impl HtmlSafe for Chart {}

/// A bar as it is drawn.
struct Bar {
    x: String,
    y: u64,
    width: String,
    height: u64,
}

impl Chart {
    /// The largest number; the scale of the chart.
    fn largest(&self) -> u64 {
        self.points.iter().map(|(_, number)| *number).max().unwrap_or_default()
    }

    fn bars(&self) -> Vec<Bar> {
        let (largest, step) = (self.largest().max(1), WIDTH as f64 / self.points.len().max(1) as f64);
        let bar = |(place, (_, number)): (usize, &(String, u64))| {
            // A little is drawn of whatever is not nothing.
            let height = if *number == 0 { 0 } else { (number * HEIGHT / largest).max(2) };
            let x = format!("{:.2}", place as f64 * step);
            Bar { x, y: HEIGHT - height, width: format!("{:.2}", step * 0.8), height }
        };
        self.points.iter().enumerate().map(bar).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(points: &[(&str, u64)]) -> String {
        let points = points.iter().map(|(name, number)| ((*name).to_owned(), *number)).collect();
        Chart { label: "Visitors <a day>".to_owned(), columns: ["Day", "Visitors"], points }.to_string()
    }

    #[test]
    fn the_largest_is_as_high_as_the_chart_and_all_stand_in_the_table() {
        let html = chart(&[("1 May", 10), ("2 <b>May", 5), ("3 May", 0)]);
        assert!(html.contains("height=\"160\"") && html.contains("height=\"80\""), "{html}");
        assert_eq!(html.matches("<rect").count(), 3);
        assert!(html.contains("<th scope=\"row\">2 &#60;b&#62;May</th>"), "{html}");
        assert!(html.contains("Visitors &#60;a day&#62;") && !html.contains("<a day>"), "{html}");
    }

    #[test]
    fn without_anything_nothing_is_divided_by_nothing() {
        assert!(!chart(&[]).contains("NaN"));
        assert!(chart(&[("1 May", 0)]).contains("height=\"0\""));
    }
}
