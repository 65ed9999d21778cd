#pragma once

#include <string>
#include <vector>

#include "score/explanation.h"

namespace tidemark {

/// An explanation as a few sentences that can be read out to the customer; the most telling first.
std::vector<std::string> explanation_words(const Explanation& explanation);

/// What moved the account most, in a line of a list: who fell silent, what is no longer used, what
/// expired or was earned.
std::string explanation_reason(const Explanation& explanation);

/// A user as sentences name them.
std::string user_words(const std::string& user);

}  // namespace tidemark
