#include "store/rocksdb/quiet_files.h"

#include <string>
#include <utility>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

namespace tidemark {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

using Failures = std::shared_ptr<std::atomic<std::uint64_t>>;

class QuietFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  QuietFile(std::unique_ptr<rocksdb::FSWritableFile>&& file, Failures failures)
      : FSWritableFileOwnerWrapper(std::move(file)), failures_(std::move(failures)) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* context) override {
    return counted(target()->Append(data, options, context));
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& verification,
                  IODebugContext* context) override {
    return counted(target()->Append(data, options, verification, context));
  }
  IOStatus Truncate(std::uint64_t size, const IOOptions& options,
                    IODebugContext* context) override {
    return counted(target()->Truncate(size, options, context));
  }
  IOStatus Close(const IOOptions& options, IODebugContext* context) override {
    return counted(target()->Close(options, context));
  }
  IOStatus Flush(const IOOptions& options, IODebugContext* context) override {
    return counted(target()->Flush(options, context));
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* context) override {
    return counted(target()->Sync(options, context));
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* context) override {
    return counted(target()->Fsync(options, context));
  }
  IOStatus RangeSync(std::uint64_t offset, std::uint64_t bytes, const IOOptions& options,
                     IODebugContext* context) override {
    return counted(target()->RangeSync(offset, bytes, options, context));
  }

 private:
  IOStatus counted(const IOStatus& status) const {
    if (!status.ok()) ++*failures_;
    return IOStatus::OK();
  }

  Failures failures_;
};

class QuietFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit QuietFileSystem(Failures failures)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), failures_(std::move(failures)) {}

  const char* Name() const override { return "QuietFileSystem"; }
  IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file,
                           IODebugContext* context) override {
    const IOStatus status = target()->NewWritableFile(name, options, file, context);
    if (status.ok()) *file = std::make_unique<QuietFile>(std::move(*file), failures_);
    return status;
  }

 private:
  Failures failures_;
};

}  // namespace

QuietFiles::QuietFiles()
    : failures_(std::make_shared<std::atomic<std::uint64_t>>(0)),
      env_(rocksdb::NewCompositeEnv(std::make_shared<QuietFileSystem>(failures_))) {}

QuietFiles::~QuietFiles() = default;

}  // namespace tidemark
