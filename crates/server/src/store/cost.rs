//! Billed costs of days and projects in the store: sums of what the segments of costs have in detail. All of a
//! connection's day is one row.

use std::fmt::Write;

use api::connection::Stream;
use api::{Amount, ConnectionId, Currency, Day, TenantId};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::column;
use crate::import::plan::{self, Window};

/// What a project is billed on a day, in a currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectCost {
    /// The project; none for what is billed to the organization.
    pub project: Option<String>,
    /// The amount's currency.
    pub currency: Currency,
    /// The sum.
    pub amount: Amount,
}

/// What a connection is billed on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayCosts {
    /// Whose.
    pub connection: ConnectionId,
    /// Which day.
    pub day: Day,
    /// By project and currency, each pair once.
    pub costs: Vec<ProjectCost>,
}

/// Days that are deleted or inserted with one statement.
const BATCH: usize = 64;

/// Puts what days are billed by project in place of what was kept of these days. The sums of a day follow each other.
pub async fn replace(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    days: &[Day],
    sums: &[(Day, Option<&str>, Currency, Amount)],
) -> sqlx::Result<()> {
    for batch in days.chunks(BATCH) {
        let sql = format!(
            "DELETE FROM daily_cost WHERE tenant_id = $1 AND connection_id = $2 AND day IN ({})",
            column::list(3, batch.len())
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(tenant.as_str()).bind(connection.as_str());
        for day in batch {
            query = query.bind(day.number());
        }
        query.execute(&mut *db).await?;
    }
    let of_days: Vec<_> = sums.chunk_by(|(one, ..), (other, ..)| one == other).collect();
    for batch in of_days.chunks(BATCH) {
        let sql = format!(
            "INSERT INTO daily_cost (tenant_id, connection_id, day, costs) VALUES {}",
            column::placeholders(batch.len(), 4)
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for sums in batch {
            let day = sums.first().map_or(0, |(day, ..)| day.number());
            query = query.bind(tenant.as_str()).bind(connection.as_str()).bind(day).bind(to_text(sums));
        }
        query.execute(&mut *db).await?;
    }
    Ok(())
}

/// What some connections are billed in a window, day by day; days without costs are not among them.
pub async fn between(
    db: &mut AnyConnection,
    tenant: &TenantId,
    connections: &[ConnectionId],
    window: Window,
) -> sqlx::Result<Vec<DayCosts>> {
    if connections.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT connection_id, day, costs FROM daily_cost WHERE tenant_id = $1 AND day >= $2 AND day < $3 \
         AND connection_id IN ({})",
        column::list(4, connections.len())
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(tenant.as_str())
        .bind(window.start.number())
        .bind(window.end.number());
    for connection in connections {
        query = query.bind(connection.as_str());
    }
    let read = |row: &AnyRow| {
        let costs = from_text(row.try_get("costs")?).ok_or_else(|| column::unknown("costs"))?;
        Ok(DayCosts {
            connection: column::parsed(row, "connection_id")?,
            day: column::day(row, "day")?,
            costs,
        })
    };
    query.fetch_all(db).await?.iter().map(read).collect()
}

/// Through which day the costs of some connections are billed, over all time: for each its newest day with costs, or its
/// newest settled day where that is later, and of these the earliest. It is no later than the newest day with costs of
/// all, and connections that never cost anything do not count.
pub async fn billed_through(
    db: &mut AnyConnection,
    tenant: &TenantId,
    connections: &[ConnectionId],
) -> sqlx::Result<Option<Day>> {
    if connections.is_empty() {
        return Ok(None);
    }
    // Each of these days is near the end of a stretch of an index: none of the others is looked at.
    let sql = format!(
        "SELECT (SELECT MAX(day) FROM daily_cost WHERE daily_cost.tenant_id = $1 \
         AND daily_cost.connection_id = connection.id) AS newest, (SELECT day FROM import_day \
         WHERE import_day.tenant_id = $1 AND import_day.connection_id = connection.id AND stream = $2 \
         AND imported_at >= (day + $3) * 86400 ORDER BY day DESC LIMIT 1) AS settled \
         FROM connection WHERE tenant_id = $1 AND id IN ({})",
        column::list(4, connections.len())
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(tenant.as_str())
        .bind(Stream::Costs.slug())
        .bind(plan::SETTLES_AFTER_DAYS);
    for connection in connections {
        query = query.bind(connection.as_str());
    }
    let mut days: Vec<(i64, i64)> = Vec::new();
    for row in query.fetch_all(db).await? {
        if let Some(newest) = row.try_get::<Option<i64>, _>("newest")? {
            days.push((
                newest,
                row.try_get::<Option<i64>, _>("settled")?.map_or(newest, |day| day.max(newest)),
            ));
        }
    }
    let newest = days.iter().map(|(newest, _)| *newest).max();
    let through = days.iter().map(|(_, through)| *through).min();
    Ok(newest.min(through).map(Day::from_number))
}

/// A day's sums as text, a line for each: the currency, the amount's two parts, and the project behind the number of its
/// characters, or a dash. So no project's id is taken for the end of its line.
fn to_text(sums: &[(Day, Option<&str>, Currency, Amount)]) -> String {
    let mut text = String::new();
    for (_, project, currency, amount) in sums {
        let (micros, rest) = amount.parts();
        let project = project.map(column::without_nul);
        let length = project.as_ref().map_or("-".to_owned(), |project| project.chars().count().to_string());
        let separator = if text.is_empty() { "" } else { "\n" };
        // Writing to a text does not fail.
        let _ = write!(
            text,
            "{separator}{} {micros} {rest} {length} {}",
            currency.as_str(),
            project.unwrap_or_default()
        );
    }
    text
}

fn from_text(mut text: &str) -> Option<Vec<ProjectCost>> {
    let mut costs = Vec::new();
    while !text.is_empty() {
        let mut fields = text.splitn(5, ' ');
        let currency = Currency::parse(fields.next()?).ok()?;
        let amount = Amount::from_parts(fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        let length = match fields.next()? {
            "-" => None,
            length => Some(length.parse::<usize>().ok()?),
        };
        let rest = fields.next()?;
        // Ids are ASCII mostly, of which characters are bytes.
        let end = match rest.get(..length.unwrap_or_default()) {
            Some(start) if start.is_ascii() => start.len(),
            _ => rest.char_indices().map(|(at, _)| at).chain([rest.len()]).nth(length?)?,
        };
        let (project, rest) = rest.split_at_checked(end)?;
        costs.push(ProjectCost { project: length.map(|_| project.to_owned()), currency, amount });
        text = if rest.is_empty() { rest } else { rest.strip_prefix('\n')? };
    }
    Some(costs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_as_it_was_kept_whatever_its_projects_are_called() {
        let day = Day::from_number(20_000);
        let amount = |pico| Amount::from_pico(pico).unwrap();
        let euro = Currency::parse("eur").unwrap();
        let sums = [
            (day, None, Currency::USD, amount(-1)),
            (day, Some("proj_1"), Currency::USD, amount(12_345_678_901_234_567)),
            (day, Some(""), euro, amount(0)),
            (day, Some("usd 1 2 - \n3 é 日本\n"), euro, amount(7)),
            (day, Some("\n"), euro, amount(8)),
            (day, Some("日"), Currency::USD, amount(i128::from(i64::MIN) * 1_000_000)),
        ];
        let read = from_text(&to_text(&sums)).unwrap();
        let expected: Vec<_> = sums
            .iter()
            .map(|(_, project, currency, amount)| ProjectCost {
                project: project.map(str::to_owned),
                currency: *currency,
                amount: *amount,
            })
            .collect();
        assert_eq!(read, expected);
        assert_eq!(from_text(""), Some(Vec::new()));
    }

    #[test]
    fn what_nobody_kept_is_no_day() {
        for text in
            ["x", "USD 1", "USD 1 2 3 ab", "USD 1 2 - x", "USD 1 x - ", "USD 1 2 1 abc", "USD 1 2 -1 "]
        {
            assert_eq!(from_text(text), None, "{text}");
        }
    }
}
