//! Attribution from the outside: days written down in words, and days at random.

#[cfg(test)]
mod attribute;
#[cfg(test)]
mod attribute_any;
#[cfg(test)]
mod attribute_more;
#[cfg(test)]
mod day;
#[cfg(test)]
mod line_item;
