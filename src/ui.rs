//! Widgets. They know no endpoint and no route.

pub mod after_paint;
pub mod bar_chart;
pub mod bar_column;
pub mod bar_readout;
pub mod bar_shapes;
pub mod button;
pub mod chart_lines;
pub mod chip;
pub mod day_bar;
pub mod dialog;
pub mod field;
pub mod focus;
pub mod icon;
pub mod notice;
pub mod select;
pub mod series;
pub mod skeleton;
pub mod sparkline;
pub mod virtual_table;
pub mod waterfall;
