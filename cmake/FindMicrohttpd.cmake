# Finds libmicrohttpd, for which Debian ships no CMake package. Target: Microhttpd::Microhttpd. Sets Microhttpd_FOUND.

find_path(MICROHTTPD_INCLUDE_DIR microhttpd.h)
find_library(MICROHTTPD_LIBRARY microhttpd)
mark_as_advanced(MICROHTTPD_INCLUDE_DIR MICROHTTPD_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Microhttpd REQUIRED_VARS MICROHTTPD_LIBRARY MICROHTTPD_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "libmicrohttpd is needed (Debian: libmicrohttpd-dev), unless SCALESMALL_PROGRAM and SCALESMALL_OPS are OFF")

if(Microhttpd_FOUND AND NOT TARGET Microhttpd::Microhttpd)
  add_library(Microhttpd::Microhttpd UNKNOWN IMPORTED)
  set_target_properties(Microhttpd::Microhttpd PROPERTIES
    IMPORTED_LOCATION ${MICROHTTPD_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${MICROHTTPD_INCLUDE_DIR})
endif()
