#include "cli/learning_page.h"

#include <fmt/format.h>

#include "cli/backtest_page.h"
#include "cli/html_page.h"
#include "report/learning_words.h"

namespace tidemark {

std::string learning_page(const LearningReport& report) {
  std::string body =
      fmt::format("<h1>What each action is worth</h1>\n<p>{}</p>\n", escaped(lesson_words(report)));
  const LearningTable table = learning_table(report);
  body += "<table><tr>";
  for (const std::string& heading : table.headings) {
    body += fmt::format("<th scope=\"col\">{}</th>", escaped(heading));
  }
  body += "</tr>\n";
  for (const auto& row : table.rows) {
    body += "<tr>";
    for (const std::string& cell : row) body += fmt::format("<td>{}</td>", escaped(cell));
    body += "</tr>\n";
  }
  body += "</table>\n";
  for (const std::string& finding : learning_findings(report)) {
    body += fmt::format("<p>{}</p>\n", escaped(finding));
  }
  body += fmt::format("<p class=\"faint\">{}</p>\n", escaped(learning_method(report)));
  if (report.held_against) {
    body += "<h1>Held against what came since</h1>\n" + backtest_body(*report.held_against);
  }
  return html_page("What each action is worth", body);
}

}  // namespace tidemark
