#include "tests/support/scenario.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace tidemark {
namespace {

std::vector<std::filesystem::path> scenario_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(TIDEMARK_SOURCE "/tests/scenarios")) {
    if (entry.path().extension() == ".scenario") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

class ScenarioFile : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(ScenarioFile, answers_as_written) {
  std::ifstream stream(GetParam());
  std::ostringstream text;
  text << stream.rdbuf();
  const auto played = play_scenario(text.str());
  ASSERT_TRUE(played) << played.error().message;
  if (std::getenv("TIDEMARK_BLESS") != nullptr && *played != text.str()) {
    std::ofstream(GetParam()) << *played;
  }
  EXPECT_EQ(*played, text.str())
      << "tools/bless rewrites the answers; read every line of the difference";
}

INSTANTIATE_TEST_SUITE_P(Scenarios, ScenarioFile, testing::ValuesIn(scenario_files()),
                         [](const auto& file) { return file.param.stem().string(); });

/// The scenario blocks of a document.
std::vector<std::string> scenarios_of(const std::filesystem::path& document) {
  constexpr std::string_view kFence = "```scenario\n";
  std::ifstream stream(document);
  const std::string text(std::istreambuf_iterator<char>(stream), {});
  std::vector<std::string> scenarios;
  for (std::size_t at = text.find(kFence); at != std::string::npos; at = text.find(kFence, at)) {
    at += kFence.size();
    scenarios.push_back(text.substr(at, text.find("```", at) - at));
  }
  return scenarios;
}

TEST(ScenariosOfTheDocuments, answer_as_written) {
  const auto scenarios = scenarios_of(TIDEMARK_SOURCE "/docs/scoring.md");
  ASSERT_EQ(scenarios.size(), 3U);
  for (const std::string& scenario : scenarios) {
    const auto played = play_scenario(scenario);
    ASSERT_TRUE(played) << played.error().message;
    EXPECT_EQ(*played, scenario);
  }
}

}  // namespace
}  // namespace tidemark
