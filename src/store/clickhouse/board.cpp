#include "store/clickhouse/board.h"

#include <algorithm>
#include <future>

#include "store/clickhouse/event_rows.h"
#include "store/clickhouse/published_tables.h"
#include "store/store.h"

namespace tidemark::click {

Result<void> Board::write(const SharedWork& work) {
  RowWriter row;
  row.number(work.number)
      .text(work.terms)
      .number(work.moment[0])
      .number(work.moment[1])
      .number(static_cast<std::uint8_t>(work.is_over ? 1 : 0));
  return server_.insert("work", row);
}

Result<SharedWork> Board::open_work(const std::string& terms) {
  const auto last = last_work();
  if (!last) return last.error();
  const auto now = journal_.now();
  if (!now) return now.error();
  SharedWork work{*last ? (*last)->number + 1 : 1, terms, {now->steps.begin(), now->steps.end()}};
  if (auto written = write(work); !written) return written.error();
  for (const Table& table : tables_of_boards()) {
    const auto condition = fmt::format(
        "{} < {}", std::string_view(table.name) == "work" ? "number" : "work", work.number);
    // Those that stay are read by nobody.
    static_cast<void>(remove_rows(server_, table, condition));
  }
  return work;
}

Result<void> Board::close_work(std::uint64_t number) { return write({number, "", {0, 0}, true}); }

Result<std::optional<SharedWork>> Board::last_work() {
  // Of a work that is over there is a second row.
  std::optional<SharedWork> work;
  auto read = server_.query(
      "SELECT number, terms, log_step, published_step, is_over FROM work WHERE number = (SELECT "
      "max(number) FROM work) ORDER BY is_over",
      {Field::u64, Field::text, Field::u64, Field::u64, Field::u8}, [&](const Row& row) {
        const bool is_over = row.number<std::uint8_t>(4) != 0;
        if (work && is_over) {
          work->is_over = true;
        } else {
          work = SharedWork{row.number<std::uint64_t>(0),
                            std::string(row.text(1)),
                            {row.number<std::uint64_t>(2), row.number<std::uint64_t>(3)},
                            is_over};
        }
      });
  if (!read) return read.error();
  return work;
}

Result<std::unique_ptr<Store>> Board::store_of(const SharedWork& work) {
  CHECK(work.moment.size() == kLanes);
  auto moment = journal_.now();
  if (!moment) return moment.error();
  // What was given up by then is known by now.
  std::ranges::copy(work.moment, moment->steps.begin());
  return open_at_(*moment);
}

Result<void> Board::post(std::uint64_t work, const std::string& topic, unsigned member,
                         std::string_view body) {
  RowWriter row;
  row.number(work).text(topic).number(std::uint32_t{member}).text(body);
  return server_.insert("post", row);
}

Result<std::vector<std::pair<unsigned, std::string>>> Board::posts(std::uint64_t work,
                                                                   const std::string& topic) {
  using Post = std::pair<unsigned, std::string>;
  return View{server_, {}}.items<Post>(
      fmt::format("SELECT member, body FROM post WHERE work = {} AND topic = {} ORDER BY member "
                  "LIMIT 1 BY member",
                  work, sql_text(topic)),
      {Field::u32, Field::text},
      [](const Row& row) { return Post{row.number<unsigned>(0), std::string(row.text(1))}; });
}

Result<std::size_t> Board::count_posts(std::uint64_t work, const std::string& topic) {
  const auto count = View{server_, {}}.number(
      fmt::format("SELECT toUInt64(uniqExact(member)) FROM post WHERE work = {} AND topic = {}",
                  work, sql_text(topic)));
  if (!count) return count.error();
  return static_cast<std::size_t>(*count);
}

Result<void> Board::publish_step(const PublishStep& step,
                                 const std::function<Result<void>(std::uint64_t number)>& others) {
  return journal_.in_step(Lane::published, [&](const Journal::Step& of) -> Result<void> {
    // The others store theirs meanwhile.
    auto theirs = std::async(std::launch::async, others, of.number);
    const Result<void> stored = publish({server_, of.before}, step, of.number);
    const Result<void> theirs_stored = theirs.get();
    return stored ? theirs_stored : stored;
  });
}

Result<void> Board::publish_part(std::uint64_t number, const PublishStep& part) {
  return click::publish_part(server_, part, number);
}

Result<std::vector<AccountRange>> Board::shares(unsigned members) {
  const auto now = journal_.now();
  if (!now) return now.error();
  const View view{server_, *now};
  const auto parts = EventRows::of(view);
  if (!parts) return parts.error();
  std::vector<std::pair<AccountNumber, std::uint64_t>> counts;
  std::uint64_t all = 0;
  for (const EventRows& part : *parts) {
    auto read = part.read(
        "account, toUInt64(count())", fmt::format("account != {} GROUP BY account", kNoAccount),
        {Field::u32, Field::u64}, [&](const Row& row) {
          counts.emplace_back(row.number<AccountNumber>(0), row.number<std::uint64_t>(1));
          all += counts.back().second;
        });
    if (!read) return read.error();
  }
  std::ranges::sort(counts);
  std::vector<AccountRange> shares(members);
  std::uint64_t before = 0;
  std::size_t at = 0;
  for (unsigned member = 0; member + 1 < members; ++member) {
    const std::uint64_t until = all / members * (member + 1);
    while (at < counts.size() && before < until) before += counts[at++].second;
    // At least one account each, where there are so many; else nothing.
    const AccountNumber end = at < counts.size() ? counts[at].first : kNoAccount;
    shares[member].end = end;
    shares[member + 1].first = end;
  }
  return shares;
}

}  // namespace tidemark::click
