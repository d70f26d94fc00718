include(CMakeFindDependencyMacro)

list(PREPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_LIST_DIR})
find_dependency(CAF 0.17.6 COMPONENTS core)
if(NOT scalesmall_FIND_COMPONENTS STREQUAL "supervision")
  # Again with io: before, CAF's core alone may have been found.
  find_package(CAF 0.17.6 QUIET REQUIRED COMPONENTS core io)
  find_dependency(Asio)
  find_dependency(Snappy)
  find_dependency(Sodium)
  find_dependency(spdlog)
endif()
list(POP_FRONT CMAKE_MODULE_PATH)

include(${CMAKE_CURRENT_LIST_DIR}/scalesmallTargets.cmake)
