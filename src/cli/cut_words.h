#pragma once

#include <string>

#include "model/calibration.h"

namespace tidemark {

/// The cuts of a calibration and what they rest on, in two sentences.
std::string cut_words(const Calibration& calibration);

}  // namespace tidemark
