#include "store/rocksdb/message_index.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/random.h"
#include "tests/support/temporary_folder.h"

namespace tidemark {
namespace {

std::vector<Wide> messages_of(std::uint64_t seed, std::size_t count) {
  std::vector<Wide> messages;
  Random random(seed);
  for (std::size_t at = 0; at < count; ++at) {
    const Wide high = random.bits();
    messages.push_back(high << 64 | random.bits());
  }
  return messages;
}

std::size_t known_of(const MessageIndex& index, const std::vector<Wide>& messages) {
  const auto known = index.known(messages);
  EXPECT_TRUE(known) << known.error().message;
  return static_cast<std::size_t>(std::ranges::count(*known, true));
}

TEST(MessageIndex, finds_what_was_added_in_memory_and_in_files) {
  const TemporaryFolder folder;
  const auto index = *MessageIndex::open(folder.path() / "messages");
  ASSERT_TRUE(index->begin("log"));
  const auto first = messages_of(1, 700'000);
  const auto second = messages_of(2, 700'000);
  ASSERT_TRUE(index->add(first, 1));
  ASSERT_TRUE(index->add(second, 2));
  EXPECT_EQ(known_of(*index, first), first.size());
  EXPECT_EQ(known_of(*index, second), second.size());
  EXPECT_EQ(known_of(*index, messages_of(3, 100'000)), 0U);
  EXPECT_EQ(known_of(*index, {0, first[0], 0}), 1U);
  EXPECT_EQ(*index->known(std::vector<Wide>{5, 0, 7, 5, 0, 5}),
            (std::vector<bool>{false, false, false, true, false, true}));
}

TEST(MessageIndex, says_after_a_crash_from_which_batch_on_it_lacks_messages) {
  const TemporaryFolder folder;
  {
    const auto index = *MessageIndex::open(folder.path() / "messages");
    ASSERT_TRUE(index->begin("log"));
    ASSERT_TRUE(index->add(messages_of(1, 900'000), 7));
    ASSERT_TRUE(index->add(messages_of(2, 200'000), 8));  // writes the first million
  }
  const auto index = *MessageIndex::open(folder.path() / "messages");
  EXPECT_EQ(index->log(), "log");
  EXPECT_EQ(index->batch(), 7U);
  EXPECT_EQ(known_of(*index, messages_of(1, 900'000)), 900'000U);
  EXPECT_EQ(known_of(*index, messages_of(2, 200'000)), 100'000U);
}

TEST(MessageIndex, begins_anew_and_lives_without_a_folder) {
  const auto index = *MessageIndex::open({});
  EXPECT_EQ(index->log(), "");
  ASSERT_TRUE(index->begin("one"));
  ASSERT_TRUE(index->add(messages_of(1, 1'100'000), 1));
  ASSERT_TRUE(index->begin("two"));
  EXPECT_EQ(known_of(*index, messages_of(1, 1'100'000)), 0U);
  EXPECT_EQ(index->batch(), 0U);
}

}  // namespace
}  // namespace tidemark
