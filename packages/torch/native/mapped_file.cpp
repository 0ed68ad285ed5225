// Files as memory: what several processes map is in memory once, and the system may drop what is not in use.
#include "addon.hpp"
#include "errors.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace leeway {

namespace {

std::string failure(const char* what, const std::string& path) {
  return path + ": could not be " + what + ": " + std::strerror(errno);
}

// mapFile(path) -> ArrayBuffer of its bytes. Who writes to it has that page for itself: the file stays as it is.
Napi::Value mapFile(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  return guarded(env, "mapFile", [&]() -> Napi::Value {
    const std::string path = info[0].As<Napi::String>().Utf8Value();
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) throw BadArgument(failure("opened", path));
    struct stat facts;
    const bool known = fstat(file, &facts) == 0;
    const size_t bytes = known ? static_cast<size_t>(facts.st_size) : 0;
    void* data = bytes == 0 ? MAP_FAILED : mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    const std::string reason = bytes == 0 ? path + ": expected bytes to map, got none" : failure("mapped", path);
    close(file);
    if (data == MAP_FAILED) throw BadArgument(reason);
    return Napi::ArrayBuffer::New(env, data, bytes, [bytes](Napi::Env, void* mapped) { munmap(mapped, bytes); });
  });
}

}  // namespace

void exportMappedFile(Napi::Env env, Napi::Object exports) {
  exports.Set("mapFile", Napi::Function::New(env, mapFile));
}

}  // namespace leeway
