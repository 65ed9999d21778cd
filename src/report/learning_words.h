#pragma once

#include <string>
#include <vector>

#include "score/learning_report.h"

namespace tidemark {

/// What was looked at, in a sentence or two.
std::string lesson_words(const LearningReport& report);

/// What follows from what was learned, a sentence each.
std::vector<std::string> learning_findings(const LearningReport& report);

/// The learned inputs as rows, under headings; the first column is text, the others numbers.
struct LearningTable {
  std::vector<std::string> headings;
  std::vector<std::vector<std::string>> rows;
};
LearningTable learning_table(const LearningReport& report);

/// How the figures were made.
std::string learning_method(const LearningReport& report);

}  // namespace tidemark
