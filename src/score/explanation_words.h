#pragma once

#include <string>
#include <vector>

#include "score/explanation.h"

namespace tidemark {

/// An explanation as a few sentences that can be read out to the customer; the most telling first.
std::vector<std::string> explanation_words(const Explanation& explanation);

/// A user as sentences name them.
std::string user_words(const std::string& user);

}  // namespace tidemark
