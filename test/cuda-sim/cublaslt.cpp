/**
 * A simulated cuBLASLt: products are work of the simulated driver's streams, computed in float64 as the layouts say, column-major. It takes only what the runtime should ask for (sums in float32, one type
 * of factors, an algorithm that was given for these very sizes), and fills the workspace with NaN, so that one which lies on a value is found out.
 */
#include "hooks.h"
#include "numbers.h"
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>

namespace {

enum Status { SUCCESS = 0, NOT_INITIALIZED = 1, INVALID_VALUE = 7, NOT_SUPPORTED = 15, EXECUTION_FAILED = 13 };
enum Type { F32 = 0, F16 = 2, BF16 = 14 };
constexpr int sumsInFloat32 = 68;

int forced(const char* name) { return hooks().forced ? hooks().forced(name) : NOT_INITIALIZED; }

struct Layout {
  int type;
  uint64_t rows, columns;
  int64_t step;
};
struct Desc {
  int turnedA = 0, turnedB = 0;
};
struct Preference {
  uint64_t workspace = 0;
  uint32_t reductions = 7;
};
struct Algorithm {
  char mark[8];
  uint64_t rows, columns, inner, workspace;
  int32_t turns, types;
  uint64_t rest[2];
};
struct Found {
  Algorithm algorithm;
  uint64_t workspace;
  int32_t state;
  float waves;
  int32_t reserved[4];
};
static_assert(sizeof(Algorithm) == 64 && sizeof(Found) == 96, "as cublasLt.h has them");

size_t sizeOf(int type) { return type == F32 ? 4 : 2; }

double element(const void* at, const Layout& layout, uint64_t row, uint64_t column) {
  const uint64_t index = column * layout.step + row;
  if (layout.type == F32) return static_cast<const float*>(at)[index];
  return (layout.type == F16 ? sim_from_f16 : sim_from_bf16)(static_cast<const unsigned short*>(at)[index]);
}

bool fits(const Layout& layout) { return (layout.type == F32 || layout.type == F16 || layout.type == BF16) && layout.step >= static_cast<int64_t>(layout.rows); }

/** The one algorithm for a product, or false where there is no such product. */
bool algorithmOf(const Desc& desc, const Layout& a, const Layout& b, const Layout& d, uint64_t workspace, Algorithm& to) {
  const uint64_t rows = desc.turnedA ? a.columns : a.rows, inner = desc.turnedA ? a.rows : a.columns;
  const uint64_t innerB = desc.turnedB ? b.columns : b.rows, columns = desc.turnedB ? b.rows : b.columns;
  if (!fits(a) || !fits(b) || !fits(d) || inner != innerB || rows != d.rows || columns != d.columns) return false;
  if (a.type != b.type || (d.type != a.type && d.type != F32)) return false;
  memset(&to, 0, sizeof to);
  memcpy(to.mark, "simulate", 8);
  to.rows = rows, to.columns = columns, to.inner = inner, to.workspace = workspace;
  to.turns = desc.turnedA * 2 + desc.turnedB, to.types = a.type * 256 + d.type;
  return true;
}

bool inDevice(const void* at, const Layout& layout) { return hooks().isDeviceMemory(reinterpret_cast<uint64_t>(at), layout.step * layout.columns * sizeOf(layout.type)); }

void multiply(const Algorithm& how, const Layout& a, const void* from, const Layout& b, const void* by, const Layout& d, void* to, void* workspace) {
  memset(workspace, 0xff, how.workspace);
  const bool turnedA = how.turns & 2, turnedB = how.turns & 1;
  for (uint64_t column = 0; column < how.columns; column++) {
    for (uint64_t row = 0; row < how.rows; row++) {
      double sum = 0;
      for (uint64_t k = 0; k < how.inner; k++) sum += (turnedA ? element(from, a, k, row) : element(from, a, row, k)) * (turnedB ? element(by, b, column, k) : element(by, b, k, column));
      const uint64_t index = column * d.step + row;
      if (d.type == F32) static_cast<float*>(to)[index] = static_cast<float>(sum);
      else static_cast<unsigned short*>(to)[index] = (d.type == F16 ? sim_to_f16 : sim_to_bf16)(static_cast<float>(sum));
    }
  }
}

template <class T, class... Values>
int make(const char* name, void* to, Values... values) {
  if (const int code = forced(name)) return code;
  T* made = new T{values...};
  memcpy(to, &made, sizeof made);
  return SUCCESS;
}

template <class T>
int drop(const char* name, void* object) {
  if (const int code = forced(name)) return code;
  delete static_cast<T*>(object);
  return SUCCESS;
}
}  // namespace

extern "C" {
int cublasLtCreate(void* handle) { return make<int>("cublasLtCreate", handle, 1); }
int cublasLtDestroy(void* handle) { return drop<int>("cublasLtDestroy", handle); }
int cublasLtMatmulDescCreate(void* desc, int compute, int scale) {
  if (compute != sumsInFloat32 || scale != F32) return INVALID_VALUE;
  return make<Desc>("cublasLtMatmulDescCreate", desc);
}
int cublasLtMatmulDescSetAttribute(void* desc, int attribute, const void* value, size_t bytes) {
  if (const int code = forced("cublasLtMatmulDescSetAttribute")) return code;
  int32_t is;
  if ((attribute != 3 && attribute != 4) || bytes != sizeof is) return INVALID_VALUE;
  memcpy(&is, value, sizeof is);
  if (is != 0 && is != 1) return INVALID_VALUE;
  (attribute == 3 ? static_cast<Desc*>(desc)->turnedA : static_cast<Desc*>(desc)->turnedB) = is;
  return SUCCESS;
}
int cublasLtMatmulDescDestroy(void* desc) { return drop<Desc>("cublasLtMatmulDescDestroy", desc); }
int cublasLtMatrixLayoutCreate(void* layout, int type, uint64_t rows, uint64_t columns, int64_t step) { return make<Layout>("cublasLtMatrixLayoutCreate", layout, type, rows, columns, step); }
int cublasLtMatrixLayoutDestroy(void* layout) { return drop<Layout>("cublasLtMatrixLayoutDestroy", layout); }
int cublasLtMatmulPreferenceCreate(void* preference) { return make<Preference>("cublasLtMatmulPreferenceCreate", preference); }
int cublasLtMatmulPreferenceSetAttribute(void* preference, int attribute, const void* value, size_t bytes) {
  if (const int code = forced("cublasLtMatmulPreferenceSetAttribute")) return code;
  Preference* own = static_cast<Preference*>(preference);
  if (attribute == 1 && bytes == 8) memcpy(&own->workspace, value, bytes);
  else if (attribute == 3 && bytes == 4) memcpy(&own->reductions, value, bytes);
  else return INVALID_VALUE;
  return SUCCESS;
}
int cublasLtMatmulPreferenceDestroy(void* preference) { return drop<Preference>("cublasLtMatmulPreferenceDestroy", preference); }
int cublasLtMatmulAlgoGetHeuristic(void*, void* desc, void* a, void* b, void* c, void* d, void* preference, int wanted, void* results, int* count) {
  *count = 0;
  if (const int code = forced("cublasLtMatmulAlgoGetHeuristic")) return code;
  const Preference& own = *static_cast<Preference*>(preference);
  // Sums of narrow results are to be added in float32.
  if (wanted < 1 || c != d || own.reductions != 2) return INVALID_VALUE;
  Found found = {};
  if (!algorithmOf(*static_cast<Desc*>(desc), *static_cast<Layout*>(a), *static_cast<Layout*>(b), *static_cast<Layout*>(d), own.workspace, found.algorithm)) return NOT_SUPPORTED;
  found.workspace = own.workspace;
  memcpy(results, &found, sizeof found);
  *count = 1;
  return SUCCESS;
}
int cublasLtMatmul(void*, void* desc, const float* alpha, const void* from, void* aLayout, const void* by, void* bLayout, const float* beta, const void* c, void* cLayout, void* to, void* dLayout,
                   const Algorithm* algorithm, void* workspace, size_t workspaceBytes, void* stream) {
  if (const int code = forced("cublasLtMatmul")) return code;
  const Layout a = *static_cast<Layout*>(aLayout), b = *static_cast<Layout*>(bLayout), d = *static_cast<Layout*>(dLayout);
  Algorithm own;
  if (*alpha != 1 || *beta != 0 || c != to || cLayout != dLayout) return INVALID_VALUE;
  if (!algorithmOf(*static_cast<Desc*>(desc), a, b, d, workspaceBytes, own) || memcmp(&own, algorithm, sizeof own) != 0) return INVALID_VALUE;
  if (!inDevice(from, a) || !inDevice(by, b) || !inDevice(to, d) || !hooks().isDeviceMemory(reinterpret_cast<uint64_t>(workspace), workspaceBytes)) return EXECUTION_FAILED;
  auto* work = new std::function<void()>([=] { multiply(own, a, from, b, by, d, to, workspace); });
  const auto run = [](void* data) { (*static_cast<std::function<void()>*>(data))(); };
  const auto forget = [](void* data) { delete static_cast<std::function<void()>*>(data); };
  return hooks().issue(stream, run, forget, work) == 0 ? SUCCESS : EXECUTION_FAILED;
}
}
