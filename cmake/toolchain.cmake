# How this project builds itself: language, compiler launcher, linker, warnings and where programs go. A project that
# contains this one decides all of it for itself.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

find_program(LLD ld.lld)
if(LLD)
  add_link_options(-fuse-ld=lld)
endif()

add_compile_options(-Wall -Wextra -Wpedantic)
if(SCALESMALL_WERROR)
  add_compile_options(-Werror)
endif()

# If sources are compiled as one, g++ takes their anonymous namespaces for those of headers.
if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wno-subobject-linkage)
endif()

# Tells ThreadSanitizer the order that CAF guarantees. Programs under it link to $<TARGET_NAME_IF_EXISTS:caf_order>.
if(CMAKE_CXX_FLAGS MATCHES "-fsanitize=thread")
  add_library(caf_order OBJECT ${CMAKE_CURRENT_LIST_DIR}/caf_order.cpp)
endif()
