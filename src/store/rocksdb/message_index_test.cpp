#include "store/rocksdb/message_index.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/random.h"
#include "tests/support/temporary_folder.h"

namespace tidemark {
namespace {

constexpr std::size_t kMostRecent = 100'000;
constexpr std::size_t kPart = kMostRecent / 5 * 4;

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
  const auto index = *MessageIndex::open(folder.path() / "messages", kMostRecent);
  ASSERT_TRUE(index->begin("log"));
  const auto first = messages_of(1, kPart);
  const auto second = messages_of(2, kPart);
  const auto third = messages_of(4, kPart);
  ASSERT_TRUE(index->add(first, 1));
  ASSERT_TRUE(index->add(second, 2));
  // While a file is being written, and when it is.
  for (const auto* some : {&first, &second, &first, &second}) {
    EXPECT_EQ(known_of(*index, *some), some->size());
  }
  ASSERT_TRUE(index->add(third, 3));
  for (const auto* some : {&first, &second, &third}) {
    EXPECT_EQ(known_of(*index, *some), some->size());
  }
  EXPECT_EQ(known_of(*index, messages_of(3, 100'000)), 0U);
  EXPECT_EQ(known_of(*index, {0, first[0], 0}), 1U);
  EXPECT_EQ(*index->known(std::vector<Wide>{5, 0, 7, 5, 0, 5}),
            (std::vector<bool>{false, false, false, true, false, true}));
}

TEST(MessageIndex, says_after_a_crash_from_which_batch_on_it_lacks_messages) {
  const TemporaryFolder folder;
  {
    const auto index = *MessageIndex::open(folder.path() / "messages", kMostRecent);
    ASSERT_TRUE(index->begin("log"));
    ASSERT_TRUE(index->add(messages_of(1, kPart), 7));
    ASSERT_TRUE(
        index->add(messages_of(2, kPart), 8));  // a file is written when a quarter of them is in
  }
  const auto index = *MessageIndex::open(folder.path() / "messages", kMostRecent);
  EXPECT_EQ(index->log(), "log");
  EXPECT_EQ(index->batch(), 7U);
  EXPECT_EQ(known_of(*index, messages_of(1, kPart)), kPart);
  EXPECT_EQ(known_of(*index, messages_of(2, kPart)), kMostRecent - kPart);
}

TEST(MessageIndex, begins_anew_and_lives_without_a_folder) {
  const auto index = *MessageIndex::open({}, kMostRecent);
  EXPECT_EQ(index->log(), "");
  ASSERT_TRUE(index->begin("one"));
  ASSERT_TRUE(index->add(messages_of(1, kPart * 2), 1));
  ASSERT_TRUE(index->begin("two"));
  EXPECT_EQ(known_of(*index, messages_of(1, kPart * 2)), 0U);
  EXPECT_EQ(index->batch(), 0U);
}

}  // namespace
}  // namespace tidemark
