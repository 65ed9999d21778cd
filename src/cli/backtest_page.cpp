#include "cli/backtest_page.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "cli/html_page.h"
#include "cli/terminal.h"
#include "report/backtest_figures.h"
#include "wire/definition_json.h"

namespace tidemark {
namespace {

constexpr std::array<std::string_view, 6> kColours = {"#2f7ed8", "#d9822b", "#2a9d6f",
                                                      "#b0457b", "#7a6ad8", "#8a8f3c"};

/// A plot's frame: shares from 0 to `most` upwards, in a box with room for labels.
class Plot {
 public:
  static constexpr double kWidth = 900;
  static constexpr double kHeight = 300;
  static constexpr double kLeft = 50;
  static constexpr double kBottom = 260;
  static constexpr double kTop = 20;

  Plot(std::string title, double least, double most) : least_(least), most_(most) {
    text_ = fmt::format(R"(<figure><svg viewBox="0 0 {} {}" role="img" aria-label="{}">)", kWidth,
                        kHeight, escaped(title));
    for (int step = 0; step <= 4; ++step) {
      const double value = least + (most - least) * step / 4;
      add(R"(<line class="axis" x1="{0}" x2="{1}" y1="{2:.1f}" y2="{2:.1f}"/>)", kLeft, kWidth - 10,
          y(value));
      label(5, y(value) + 4, fmt::format("{:.0f} %", value * 100));
    }
    caption_ = std::move(title);
  }

  double y(double value) const {
    const double share = std::clamp((value - least_) / (most_ - least_), 0.0, 1.0);
    return kBottom - share * (kBottom - kTop);
  }
  double x(double share) const { return kLeft + 20 + share * (kWidth - kLeft - 60); }

  template <class... Values>
  void add(fmt::format_string<Values...> format, Values&&... values) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Values>(values)...);
  }
  void label(double x, double y, std::string_view words) {
    add(R"(<text x="{:.1f}" y="{:.1f}">{}</text>)", x, y, escaped(words));
  }
  void dot(double x, double value, std::string_view colour, std::string_view what) {
    add(R"(<circle cx="{:.1f}" cy="{:.1f}" r="4" fill="{}"><title>{}</title></circle>)", x,
        y(value), colour, escaped(what));
  }
  void line(const std::vector<std::pair<double, double>>& points, std::string_view colour) {
    std::string path;
    for (const auto& [at, value] : points) path += fmt::format("{:.1f},{:.1f} ", at, y(value));
    add(R"(<polyline points="{}" fill="none" stroke="{}" stroke-width="2"/>)", path, colour);
  }
  /// Names beside their colours, in a row at the top.
  void legend(const std::vector<std::string>& names) {
    double at = kLeft + 20;
    for (std::size_t place = 0; place < names.size(); ++place) {
      add(R"(<rect x="{:.1f}" y="2" width="10" height="10" fill="{}"/>)", at,
          kColours[place % kColours.size()]);
      label(at + 15, 12, names[place]);
      at += 35 + 7.0 * static_cast<double>(names[place].size());
    }
  }
  std::string done() {
    return text_ + fmt::format("</svg><figcaption>{}</figcaption></figure>\n", escaped(caption_));
  }

 private:
  double least_;
  double most_;
  std::string text_;
  std::string caption_;
};

/// The next share upwards that four steps divide into whole percents.
double axis_end(double most) { return std::min(1.0, std::ceil(most * 25) / 25); }

std::vector<std::string> names_of(const BacktestReport& report) {
  std::vector<std::string> names;
  for (const TestedDefinition& tested : report.tested) names.push_back(tested.name);
  return names;
}

/// Each level's rate with its interval, the definitions side by side.
std::string level_plot(const BacktestReport& report) {
  constexpr std::array kLevels = {Level::none, Level::low, Level::medium, Level::high};
  double most = 0.1;
  for (const TestedDefinition& tested : report.tested) {
    for (const Level level : kLevels) {
      const SilenceRate& rate = tested.backtest.by_level[index_of(level)];
      if (rate.all > 0) most = std::max(most, rate.most);
    }
  }
  Plot plot("Silent for the 30 days after a month-end, by level, with 95 % intervals", 0,
            axis_end(most));
  for (std::size_t level = 0; level < kLevels.size(); ++level) {
    const double centre = plot.x((static_cast<double>(level) + 0.5) / kLevels.size());
    plot.label(centre - 20, Plot::kBottom + 20, level_label(kLevels[level]));
    for (std::size_t at = 0; at < report.tested.size(); ++at) {
      const auto& tested = report.tested[at];
      const SilenceRate& rate = tested.backtest.by_level[index_of(kLevels[level])];
      if (rate.all == 0) continue;
      const std::string_view colour = kColours[at % kColours.size()];
      const double x =
          centre +
          (static_cast<double>(at) - static_cast<double>(report.tested.size() - 1) / 2) * 22;
      plot.add(R"(<line x1="{0:.1f}" x2="{0:.1f}" y1="{1:.1f}" y2="{2:.1f}" stroke="{3}" )"
               R"(stroke-width="3"/>)",
               x, plot.y(rate.least), plot.y(rate.most), colour);
      plot.dot(x, rate.share, colour,
               fmt::format("{}: {:.1f} % of {}", tested.name, rate.share * 100, rate.all));
    }
  }
  if (report.tested.size() > 1) plot.legend(names_of(report));
  return plot.done();
}

/// The first definition's predictors month by month.
std::string month_plot(const Backtest& backtest) {
  Plot plot("Area under the ROC curve, month by month", 0.4, 1);
  std::vector<std::string> names;
  const auto months = static_cast<double>(std::max<std::size_t>(2, backtest.months.size()) - 1);
  for (std::size_t predictor = 0; predictor < kPredictors; ++predictor) {
    names.push_back(predictor_label(predictor));
    std::vector<std::pair<double, double>> points;
    for (std::size_t at = 0; at < backtest.months.size(); ++at) {
      const auto& auc = backtest.months[at].auc[predictor];
      if (auc) points.emplace_back(plot.x(static_cast<double>(at) / months), *auc);
    }
    plot.line(points, kColours[predictor]);
  }
  const std::size_t step = 1 + backtest.months.size() / 13;
  for (std::size_t at = 0; at < backtest.months.size(); at += step) {
    plot.label(plot.x(static_cast<double>(at) / months) - 25, Plot::kBottom + 20,
               day_text(backtest.months[at].day).substr(0, 7));
  }
  plot.legend(names);
  return plot.done();
}

std::string reliability_plot(const BacktestReport& report) {
  double most = 0.1;
  for (const TestedDefinition& tested : report.tested) {
    for (const ReliabilityBin& bin : tested.backtest.calibration) {
      most = std::max({most, bin.mean_probability, bin.share_left});
    }
  }
  Plot plot(
      "The probability that was said (to the right) and the share that left (upwards), by "
      "tenths of the accounts; on the line both are the same",
      0, most);
  plot.add(R"(<line class="axis" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>)", plot.x(0),
           plot.y(0), plot.x(1), plot.y(most));
  for (int step = 0; step <= 4; ++step) {
    plot.label(plot.x(step / 4.0) - 10, Plot::kBottom + 20,
               fmt::format("{:.0f} %", most * step * 25));
  }
  const auto& bins = report.tested.front().backtest.calibration;
  for (const ReliabilityBin& bin : bins) {
    plot.dot(plot.x(bin.mean_probability / most), bin.share_left, kColours[0],
             fmt::format("said {:.1f} %, came {:.1f} %, {} forecasts", bin.mean_probability * 100,
                         bin.share_left * 100, bin.count));
  }
  return plot.done();
}

std::string figure_table(const BacktestReport& report, const FigureGroup& group) {
  std::string html = "<table><thead><tr><th></th>";
  for (const TestedDefinition& tested : report.tested) {
    html += fmt::format("<th scope=\"col\">{}</th>", escaped(tested.name));
  }
  html += "</tr></thead><tbody>\n";
  for (const FigureRow& row : group.rows) {
    html += fmt::format("<tr><td>{}</td>", escaped(row.what));
    for (const std::string& value : row.values) html += fmt::format("<td>{}</td>", escaped(value));
    html += "</tr>\n";
  }
  return html + "</tbody></table>\n";
}

/// What each definition pays for, so that the page says what it compares.
std::string action_table(const BacktestReport& report) {
  std::vector<std::string> actions;
  for (const TestedDefinition& tested : report.tested) {
    for (const Action& action : tested.definition.actions) {
      if (std::ranges::find(actions, action.name) == actions.end()) actions.push_back(action.name);
    }
  }
  FigureGroup group{"", {}};
  for (const std::string& name : actions) {
    FigureRow row{name, {}};
    for (const TestedDefinition& tested : report.tested) {
      const auto found = std::ranges::find(tested.definition.actions, name, &Action::name);
      row.values.push_back(found == tested.definition.actions.end() ? "–"
                                                                    : exact_points(found->points));
    }
    group.rows.push_back(std::move(row));
  }
  FigureRow days{"Engaged day", {}};
  FigureRow hashes{"Version", {}};
  for (const TestedDefinition& tested : report.tested) {
    days.values.push_back(exact_points(tested.definition.engaged_day_points));
    hashes.values.push_back(tested.hash.substr(0, 12));
  }
  group.rows.push_back(std::move(days));
  group.rows.push_back(std::move(hashes));
  return figure_table(report, group);
}

}  // namespace

std::string backtest_body(const BacktestReport& report) {
  std::string html;
  for (const TestedDefinition& tested : report.tested) {
    html += fmt::format("<p class=\"verdict\"><strong>{}</strong>: {}</p>\n<ul>\n",
                        escaped(tested.name), escaped(verdict_words(tested.backtest)));
    for (const Verdict& verdict : verdicts_of(tested.backtest)) {
      html += fmt::format("<li>{} {}</li>\n", verdict.is_kept ? "✓" : "✗", escaped(verdict.words));
    }
    html += "</ul>\n";
  }
  html += level_plot(report) + month_plot(report.tested.front().backtest);
  if (!report.tested.front().backtest.calibration.empty()) html += reliability_plot(report);
  for (const FigureGroup& group : backtest_figures(report, true)) {
    html += fmt::format("<h2>{}</h2>\n{}", escaped(group.heading), figure_table(report, group));
  }
  html += fmt::format("<h2>What is compared: points</h2>\n{}", action_table(report));
  return html +
         fmt::format("<h2>How it was measured</h2>\n<p>{}</p>\n", escaped(backtest_method(report)));
}

std::string backtest_page(const BacktestReport& report) {
  const std::string days =
      fmt::format("{} to {}", readable_day(report.months.first), readable_day(report.months.last));
  return html_page(
      "Backtest " + days,
      fmt::format("<h1>Backtest</h1>\n<p class=\"faint\">{}</p>\n{}", days, backtest_body(report)));
}

}  // namespace tidemark
