#pragma once

#include <string>
#include <vector>

#include "score/explanation.h"

namespace tidemark {

/// An explanation as a few sentences that can be read out to the customer; the most telling first.
std::vector<std::string> explanation_words(const Explanation& explanation);

/// A user as sentences name them.
std::string user_words(const std::string& user);

/// Where cuts moved between the days, in words; empty where they did not.
std::string cuts_words(const Explanation& explanation);

}  // namespace tidemark
