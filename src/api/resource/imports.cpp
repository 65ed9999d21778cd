#include <fstream>

#include <fmt/format.h>

#include "api/import_report.h"
#include "api/resource/answers.h"

namespace tidemark::answer {
namespace {

/// A file that came as a request's body, kept while it is imported: an import reads it twice.
class Upload {
 public:
  static Result<std::unique_ptr<Upload>> keep(std::filesystem::path file, const std::string& text) {
    auto upload = std::make_unique<Upload>(std::move(file));
    std::ofstream stream(upload->file_, std::ios::binary);
    stream << text;
    stream.close();
    if (!stream) {
      return Error{ErrorKind::unavailable,
                   fmt::format("{} cannot be written", upload->file_.string())};
    }
    return upload;
  }
  explicit Upload(std::filesystem::path file) : file_(std::move(file)) {}
  ~Upload() {
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
  }
  Upload(const Upload&) = delete;
  Upload& operator=(const Upload&) = delete;

  const std::filesystem::path& file() const { return file_; }

 private:
  std::filesystem::path file_;
};

struct Wish {
  ImportOptions options;
  std::string name;
  std::filesystem::path path;  // empty: the body is the file
  bool is_preview = false;
};

Wish wish_of(Parameters& asked, const Question& question) {
  static constexpr std::array<std::string_view, 3> kKinds = {"events", "accounts", "users"};
  static constexpr std::array<std::string_view, 2> kDedupes = {"ids", "rows"};
  static constexpr std::array<std::string_view, 2> kAnswers = {"no", "yes"};
  static constexpr std::array<std::string_view, 5> kDialects = {"segment", "rudder", "posthog",
                                                                "mixpanel", "amplitude"};
  Wish wish;
  wish.name = asked.text("name");
  wish.path = asked.text("path");
  wish.options.kind = static_cast<RecordKind>(asked.word("kind", kKinds, 0));
  wish.options.dedupe = asked.word("dedupe", kDedupes, 0) == 0 ? Dedupe::message_ids : Dedupe::rows;
  wish.options.is_again = asked.word("again", kAnswers, 0) == 1;
  wish.is_preview = asked.word("preview", kAnswers, 0) == 1;
  if (const auto dialect = asked.word("from", kDialects, kDialects.size());
      dialect < kDialects.size()) {
    wish.options.dialect = kDialects[dialect] == "rudder" ? "segment" : kDialects[dialect];
  }
  for (const std::string& text : asked.whole_texts("map")) {
    auto column = parse_mapped_column(text);
    if (column) {
      wish.options.columns.push_back(*std::move(column));
    } else {
      asked.is_wrong("map", column.error().message);
    }
  }
  if (!wish.path.empty() && !question.caller.is_local) {
    asked.is_wrong("path", "only commands on the server's own machine name files of it");
  }
  if (wish.name.empty()) asked.is_wrong("name", "it is missing: what the file is called");
  return wish;
}

Result<ImportReport> import_beside_ingest(Desk& desk, const std::filesystem::path& file,
                                          const Wish& wish) {
  // Nothing else is stored meanwhile: both number accounts and events on from the last.
  const std::lock_guard lock(desk.store_lock);
  Importer importer(desk.served.store, desk.served.clock, desk.is_stopping, [](const auto&) {});
  auto outcome = importer.import_file(file, wish.name, wish.options);
  desk.collector.names_have_changed();
  desk.collector.settle();
  desk.activity.forget();
  desk.published.forget();
  if (!outcome) return outcome.error();
  return report_import(desk.served.store, desk.served.folder, *std::move(outcome));
}

}  // namespace

Result<HttpReply> import_file(Desk& desk, Question& question) {
  Parameters asked(question.request);
  const Wish wish = wish_of(asked, question);
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  if (wish.path.empty() && question.request.body.empty()) {
    return problem(400, "send the file as the body");
  }
  std::unique_ptr<Upload> upload;
  if (wish.path.empty()) {
    auto kept = Upload::keep(
        desk.served.folder / fmt::format("upload-{}.part", question.request.request_id),
        question.request.body);
    if (!kept) return kept.error();
    upload = *std::move(kept);
  }
  const std::filesystem::path& file = upload ? upload->file() : wish.path;
  if (wish.is_preview) {
    const auto store = question.moment(desk);
    if (!store) return store.error();
    Importer importer(**store, desk.served.clock, desk.is_stopping, [](const auto&) {});
    auto preview = importer.preview(file, wish.options);
    if (preview) return json_reply(200, preview_json(*preview));
    // Where no column holds what is needed, whoever asks can say which does.
    ImportOptions columns_only = wish.options;
    columns_only.shows_columns_only = true;
    const auto columns = importer.preview(file, columns_only);
    if (!columns || columns->columns.empty()) return preview.error();
    Json json = preview_json(*columns);
    json["problem"] = preview.error().message;
    return json_reply(200, json);
  }
  const auto entry = desk.control().begin("import", desk.now());
  if (!entry) return entry.error();
  const auto report = import_beside_ingest(desk, file, wish);
  const std::string words =
      report ? fmt::format("imported {}: {} taken", wish.name, report->outcome.import.taken)
             : report.error().message;
  if (auto ended = desk.control().end(*entry, words, desk.now()); !ended) return ended.error();
  if (!report) return report.error();
  return json_reply(200, import_json(*report));
}

}  // namespace tidemark::answer
