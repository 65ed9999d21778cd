#include "store/names.h"

#include <cstdint>
#include <mutex>

#include <boost/unordered/unordered_flat_map.hpp>

namespace tidemark {

struct Names::Shared {
  std::vector<std::string> names;
  std::once_flag is_indexed;
  boost::unordered_flat_map<std::string_view, std::uint32_t> numbers;
};

Names::Names(std::vector<std::string> names) : shared_(std::make_shared<Shared>()) {
  shared_->names = std::move(names);
}

const std::vector<std::string>& Names::list() const { return shared_->names; }

std::optional<std::size_t> Names::find(std::string_view name) const {
  std::call_once(shared_->is_indexed, [&] {
    shared_->numbers.reserve(size());
    for (std::uint32_t number = 0; number < size(); ++number) {
      shared_->numbers.emplace(list()[number], number);
    }
  });
  const auto found = shared_->numbers.find(name);
  return found == shared_->numbers.end() ? std::nullopt : std::optional<std::size_t>(found->second);
}

}  // namespace tidemark
