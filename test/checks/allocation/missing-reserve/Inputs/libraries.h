// Just enough of other libraries' containers.
#ifndef LIBRARIES_H
#define LIBRARIES_H

#include <cstddef>

template <typename T> struct SequenceOf {
  void push_back(const T &);
  void reserve(std::size_t);
  std::size_t size() const;
  T *begin();
  T *end();
};
template <typename K, typename V> struct HashOf {
  V &operator[](const K &);
  void reserve(std::size_t);
  std::size_t size() const;
};

namespace absl {
inline namespace lts_20260101 {
template <typename T, unsigned N> struct InlinedVector : SequenceOf<T> {};
template <typename K, typename V> struct flat_hash_map : HashOf<K, V> {};
} // namespace lts_20260101
} // namespace absl
namespace boost::container {
template <typename T> struct vector : SequenceOf<T> {};
} // namespace boost::container
namespace llvm {
template <typename T> struct SmallVectorImpl : SequenceOf<T> {};
template <typename T, unsigned N> struct SmallVector : SmallVectorImpl<T> {};
} // namespace llvm
namespace folly {
template <typename T> struct fbvector : SequenceOf<T> {};
} // namespace folly
namespace my {
template <typename T> struct Array : SequenceOf<T> {};
template <typename K, typename V> struct Table : HashOf<K, V> {};
} // namespace my

template <typename T> struct QList {
  void append(const T &);
  void append(const QList &);
  QList &operator<<(const T &);
  void reserve(int);
  int size() const;
  const T *begin() const;
  const T *end() const;
};
template <typename K, typename V> struct QHash {
  void insert(const K &, const V &);
  void reserve(int);
  int size() const;
};
struct QChar {
  explicit QChar(int);
};
struct QString {
  QString &operator+=(QChar);
  QString &operator+=(const QString &);
  void reserve(int);
  int size() const;
};

#endif
