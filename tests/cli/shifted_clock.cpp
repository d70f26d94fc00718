// A library to load before the program: shifts the wall clock by the seconds that the file named by
// SHIFT_FILE holds at the moment of the question.

#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <sys/time.h>
#include <time.h>

namespace {

long long shift() {
  const char* path = std::getenv("SHIFT_FILE");
  std::FILE* file = path != nullptr ? std::fopen(path, "re") : nullptr;
  if (file == nullptr) return 0;
  long long seconds = 0;
  if (std::fscanf(file, "%lld", &seconds) != 1) seconds = 0;
  std::fclose(file);
  return seconds;
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* now) {
  using function = int (*)(clockid_t, timespec*);
  static const auto real = reinterpret_cast<function>(::dlsym(RTLD_NEXT, "clock_gettime"));
  const int status = real(clock, now);
  if (clock == CLOCK_REALTIME) now->tv_sec += shift();
  return status;
}

time_t time(time_t* where) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (where != nullptr) *where = now.tv_sec;
  return now.tv_sec;
}

int gettimeofday(timeval* where, void*) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  where->tv_sec = now.tv_sec;
  where->tv_usec = now.tv_nsec / 1000;
  return 0;
}
}
