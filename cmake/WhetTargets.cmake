# Everything that the targets of this project share: clang's headers, warnings
# as errors, one precompiled header.

add_library(whet_options INTERFACE)
target_include_directories(whet_options INTERFACE
  ${CMAKE_SOURCE_DIR}/include ${CMAKE_BINARY_DIR}/include)
target_include_directories(whet_options SYSTEM INTERFACE
  ${CLANG_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
target_compile_definitions(whet_options INTERFACE
  __STDC_CONSTANT_MACROS __STDC_FORMAT_MACROS __STDC_LIMIT_MACROS)
target_compile_options(whet_options INTERFACE -Wall -Wextra -Werror)

# Clang's headers are most of what a check's translation unit parses; they are
# parsed once, here.
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/WhetPCH.cpp CONTENT "")
add_library(whet_pch OBJECT ${CMAKE_BINARY_DIR}/WhetPCH.cpp)
target_link_libraries(whet_pch PUBLIC whet_options)
target_precompile_headers(whet_pch PRIVATE
  <clang-tidy/ClangTidyCheck.h>
  <clang/AST/ASTContext.h>
  <clang/AST/DynamicRecursiveASTVisitor.h>
  <clang/ASTMatchers/ASTMatchFinder.h>
  <clang/ASTMatchers/ASTMatchers.h>
  <clang/Analysis/CFG.h>
  <clang/Frontend/CompilerInstance.h>
  <clang/Frontend/FrontendActions.h>
  <clang/Lex/Lexer.h>
  <clang/Tooling/Core/Replacement.h>
  <clang/Tooling/Tooling.h>
  <llvm/Support/FormatVariadic.h>
  <llvm/Support/JSON.h>
  <map>
  <set>)

# whet_add_layer(NAME SOURCES...): an object library, so that what a translation
# unit registers is linked without anchors.
function(whet_add_layer NAME)
  add_library(${NAME} OBJECT ${ARGN})
  target_link_libraries(${NAME} PUBLIC whet_options)
  target_precompile_headers(${NAME} REUSE_FROM whet_pch)
endfunction()

# whet_precompile_executable(NAME): the same for an executable, which has to be
# compiled as a library is, since the precompiled header was.
function(whet_precompile_executable NAME)
  target_compile_options(${NAME} PRIVATE -fPIC)
  target_precompile_headers(${NAME} REUSE_FROM whet_pch)
endfunction()
