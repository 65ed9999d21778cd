#include "deliver/salesforce_job.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "wire/csv.h"
#include "wire/json.h"

namespace tidemark {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kNothing = "#N/A";  // an empty cell would leave what is there
constexpr seconds kFirstLook{1};
constexpr seconds kLongestBetween{20};
constexpr std::chrono::minutes kPatience{30};

std::string records_csv(const Shipment& shipment) {
  const Destination& destination = shipment.destination;
  TableRows table{{{destination.id_field}}, {}};
  for (const FilledField& field : destination.fields) table.columns.push_back({field.field});
  for (const Parcel& delivery : shipment.deliveries) {
    const Json fields = Json::parse(delivery.body);
    std::vector<std::string> row{delivery.account};
    for (const FilledField& field : destination.fields) {
      std::string text = fields.value(field.field, std::string());
      row.push_back(text.empty() ? std::string(kNothing) : std::move(text));
    }
    table.rows.push_back(std::move(row));
  }
  return csv_of(table);
}

/// One job, from its making to its end.
class Job {
 public:
  Job(const Shipment& shipment, const AskSalesforce& ask_it, const Pause& pause)
      : shipment_(shipment), ask_(ask_it), pause_(pause) {}

  Carried carry() {
    if (!begin() || !upload() || !wait()) return abandoned();
    std::vector<Declined> refusals(shipment_.deliveries.size());
    // What was not processed is tried again, whatever of it was: an upsert may come twice.
    if (!note(refusals, "failedResults", "") ||
        !note(refusals, "unprocessedrecords", "it was not processed")) {
      return *refused_;
    }
    Carried carried;
    carried.verdict.fate = Fate::delivered;
    carried.status = status_;
    carried.refusals = std::move(refusals);
    return carried;
  }

 private:
  /// The answer to a request, where it is one of success.
  std::optional<HttpReply> answer(std::string method, std::string_view behind, std::string body,
                                  bool is_csv = false) {
    ClientRequest letter{
        .method = std::move(method),
        .url = fmt::format("/services/data/{}/jobs/ingest{}", kSalesforceVersion, behind),
        .bearer = ""};
    letter.body = std::move(body);
    if (is_csv) letter.headers = {{"Content-Type", "text/csv"}};
    auto said = ask_(std::move(letter));
    if (auto* carried = std::get_if<Carried>(&said)) {
      refused_ = std::move(*carried);
      return std::nullopt;
    }
    auto& reply = std::get<HttpReply>(said);
    status_ = reply.status;
    Verdict verdict = judge({shipment_.destination.kind, &reply, "", shipment_.before,
                             shipment_.deliveries.size(), shipment_.jitter, shipment_.clock.now()});
    if (verdict.fate == Fate::delivered) return std::move(reply);
    refused_ = Carried{std::move(verdict), {}, reply.status};
    return std::nullopt;
  }

  void give_up(Fate fate, std::string problem) {
    if (fate == Fate::retry) {
      refused_ = unanswered(shipment_, {ErrorKind::unavailable, std::move(problem)});
    } else {
      refused_ = Carried{{fate, {}, {}, std::move(problem)}};
    }
  }

  bool begin() {
    const Json wishes = {
        {"operation", "upsert"},      {"object", "Account"},
        {"contentType", "CSV"},       {"lineEnding", "LF"},
        {"columnDelimiter", "COMMA"}, {"externalIdFieldName", shipment_.destination.id_field}};
    const auto reply = answer("POST", "", wishes.dump());
    if (!reply) return false;
    id_ = text_at(Json::parse(reply->body, nullptr, false), "id");
    const auto is_plain = [](unsigned char letter) { return std::isalnum(letter) != 0; };
    if (id_.empty() || !std::ranges::all_of(id_, is_plain)) {
      id_.clear();
      give_up(Fate::retry, "the answer is none of Salesforce");
      return false;
    }
    return true;
  }

  bool upload() {
    return answer("PUT", fmt::format("/{}/batches", id_), records_csv(shipment_), true) &&
           answer("PATCH", "/" + id_, Json{{"state", "UploadComplete"}}.dump());
  }

  bool wait() {
    milliseconds waited{0};
    for (milliseconds next = kFirstLook;;
         next = std::min<milliseconds>(next * 2, kLongestBetween)) {
      if (!pause_(next)) {
        give_up(Fate::retry, "stopped before the job was done");
        return false;
      }
      waited += next;
      const auto reply = answer("GET", "/" + id_, "");
      if (!reply) return false;
      const Json job = Json::parse(reply->body, nullptr, false);
      const std::string state = text_at(job, "state");
      if (state == "JobComplete") return true;
      if (state == "Failed" || state == "Aborted") {
        const std::string why = text_at(job, "errorMessage");
        // Of what is asked for: a field that is not there, a wrong external id.
        const bool is_ours = why.starts_with("InvalidBatch") ||
                             why.starts_with("ClientInputError") ||
                             why.starts_with("InvalidEntity");
        give_up(is_ours ? Fate::pause : Fate::retry,
                fmt::format("the job ended: {} {}", state, why));
        is_over_ = true;
        return false;
      }
      if (waited >= kPatience) {
        give_up(Fate::retry, "the job was not done within half an hour");
        return false;
      }
    }
  }

  /// Whatever a job that nobody waits for may still write would come too late.
  Carried abandoned() {
    Carried refused = *std::move(refused_);
    if (!id_.empty() && !is_over_) answer("PATCH", "/" + id_, Json{{"state", "Aborted"}}.dump());
    return refused;
  }

  /// Notes the records of a list of results, which gives them back as they were sent.
  bool note(std::vector<Declined>& refusals, std::string_view list, std::string_view problem) {
    const auto reply = answer("GET", fmt::format("/{}/{}", id_, list), "");
    if (!reply) return false;
    const auto rows = rows_of_csv(reply->body);
    if (rows.empty()) return true;
    const auto place_of = [&](std::string_view name) {
      return static_cast<std::size_t>(std::ranges::find(rows.front(), name) - rows.front().begin());
    };
    const std::size_t id = place_of(shipment_.destination.id_field);
    const std::size_t error = place_of("sf__Error");
    std::map<std::string_view, std::size_t> places;
    for (std::size_t at = 0; at < shipment_.deliveries.size(); ++at) {
      places.emplace(shipment_.deliveries[at].account, at);
    }
    for (const auto& row : rows) {
      if (id >= row.size() || &row == &rows.front()) continue;
      const auto place = places.find(row[id]);
      if (place == places.end()) continue;
      refusals[place->second] = problem.empty()
                                    ? declined_record(error < row.size() ? row[error] : "")
                                    : Declined{std::string(problem), true};
    }
    return true;
  }

  const Shipment& shipment_;
  const AskSalesforce& ask_;
  const Pause& pause_;
  std::string id_;  // empty: not made yet
  bool is_over_ = false;
  int status_ = 0;
  std::optional<Carried> refused_;
};

}  // namespace

Declined declined_record(std::string words) {
  constexpr std::array<std::string_view, 3> kPassing{"UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE",
                                                     "REQUEST_RUNNING_TOO_LONG"};
  const auto begins = [&](std::string_view code) { return words.starts_with(code); };
  const bool may_pass = std::ranges::any_of(kPassing, begins);
  if (words.empty()) words = "it was refused without a word";
  return {std::move(words), may_pass};
}

Carried carry_by_job(const Shipment& shipment, const AskSalesforce& ask_it, const Pause& pause) {
  return Job(shipment, ask_it, pause).carry();
}

}  // namespace tidemark
