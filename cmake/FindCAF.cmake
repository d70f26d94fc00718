# Finds the C++ Actor Framework, for which Debian ships no CMake package.
#
# Components: core, io (io brings core with it). Targets: CAF::core, CAF::io. Sets CAF_FOUND and CAF_VERSION.

find_path(CAF_INCLUDE_DIR caf/config.hpp)
mark_as_advanced(CAF_INCLUDE_DIR)

# The library is written for the series 0.17: with another one even the headers of the consumer do not compile.
if(CAF_INCLUDE_DIR)
  file(STRINGS ${CAF_INCLUDE_DIR}/caf/config.hpp _caf_define REGEX "^#define CAF_VERSION [0-9]+")
  if(_caf_define MATCHES "([0-9]+)$")
    math(EXPR _caf_major "${CMAKE_MATCH_1} / 10000")
    math(EXPR _caf_minor "${CMAKE_MATCH_1} / 100 % 100")
    math(EXPR _caf_patch "${CMAKE_MATCH_1} % 100")
    set(CAF_VERSION ${_caf_major}.${_caf_minor}.${_caf_patch})
  else()
    set(CAF_VERSION "one without a version that is known here")
  endif()
  if(NOT CAF_VERSION MATCHES "^0\\.17\\." OR CAF_VERSION VERSION_LESS 0.17.6)
    set(CAF_FOUND FALSE)
    set(CAF_NOT_FOUND_MESSAGE "CAF 0.17.6 is needed; found ${CAF_VERSION} in ${CAF_INCLUDE_DIR}")
    if(CAF_FIND_REQUIRED)
      message(FATAL_ERROR "${CAF_NOT_FOUND_MESSAGE}")
    endif()
    return()
  endif()
endif()

foreach(_caf_component core io)
  find_library(CAF_${_caf_component}_LIBRARY caf_${_caf_component})
  mark_as_advanced(CAF_${_caf_component}_LIBRARY)
  if(CAF_INCLUDE_DIR AND CAF_${_caf_component}_LIBRARY)
    set(CAF_${_caf_component}_FOUND TRUE)
    if(NOT TARGET CAF::${_caf_component})
      add_library(CAF::${_caf_component} UNKNOWN IMPORTED)
      set_target_properties(CAF::${_caf_component} PROPERTIES
        IMPORTED_LOCATION ${CAF_${_caf_component}_LIBRARY}
        INTERFACE_INCLUDE_DIRECTORIES ${CAF_INCLUDE_DIR})
    endif()
  endif()
endforeach()

find_package(Threads REQUIRED)
if(TARGET CAF::core)
  set_property(TARGET CAF::core PROPERTY INTERFACE_LINK_LIBRARIES Threads::Threads)
endif()
if(TARGET CAF::io)
  set_property(TARGET CAF::io PROPERTY INTERFACE_LINK_LIBRARIES CAF::core)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(CAF REQUIRED_VARS CAF_INCLUDE_DIR CAF_core_LIBRARY
  VERSION_VAR CAF_VERSION HANDLE_COMPONENTS
  REASON_FAILURE_MESSAGE "CAF 0.17.6 is needed, and none was found (Debian: libcaf-dev)")
