/*
 * A library that has the functions of MPI that Fovea uses and no processes: it compares each handle and constant that it receives with the published value
 * of one binary interface. It behaves as process 1 of 3. The sources of the values:
 *   MPICH     src/include/mpi.h of MPICH 4.0.2, which Intel MPI, MVAPICH and MS-MPI keep
 *   OPENMPI   ompi/include/mpi.h of Open MPI 4.1.4
 *   STANDARD  mpi.h of mpi-forum/mpi-abi-stubs (MPI 5.0)
 * Compile it with one of them defined.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#if defined(MPICH)
typedef int handle;
#define WORLD 0x44000000
#define FLOAT 0x4c00040a
#define BYTE 0x4c00010d
#define ERRORS_RETURN 0x54000001
#define REQUEST ((int)0x98000007)
#define REQUEST_NULL 0x2c000000
#define IN_PLACE ((void *)-1)
#define STATUS_IGNORE ((void *)1)
#define SERIALIZED 2
#elif defined(OPENMPI)
typedef void *handle;
/* In Open MPI these are large structures; their addresses are the handles. */
char ompi_mpi_comm_world[512], ompi_mpi_float[512], ompi_mpi_byte[512], ompi_mpi_errors_return[512], ompi_request_null[512];
static char a_request[512];
#define WORLD ((handle)ompi_mpi_comm_world)
#define FLOAT ((handle)ompi_mpi_float)
#define BYTE ((handle)ompi_mpi_byte)
#define ERRORS_RETURN ((handle)ompi_mpi_errors_return)
#define REQUEST ((handle)a_request)
#define REQUEST_NULL ((handle)ompi_request_null)
#define IN_PLACE ((void *)1)
#define STATUS_IGNORE ((void *)0)
#define SERIALIZED 2
#elif defined(STANDARD)
typedef void *handle;
#define WORLD ((handle)0x101)
#define FLOAT ((handle)0x210)
#define BYTE ((handle)0x247)
#define ERRORS_RETURN ((handle)0x143)
#define REQUEST ((handle)(uintptr_t)0x7f12345678abcdef)
#define REQUEST_NULL ((handle)0x180)
#define IN_PLACE ((void *)1)
#define STATUS_IGNORE ((void *)0)
#define SERIALIZED 2048
#endif

#define SIZE 3
#define RANK 1
#define EXPECT(condition) do { if (!(condition)) { wrong = #condition; return 13; } } while (0)

static const char *wrong = "nothing";
static int initialized, aborted;

static size_t element(handle type) { return type == FLOAT ? sizeof(float) : 1; }

int MPI_Initialized(int *flag) { *flag = initialized; return 0; }

int MPI_Init_thread(int *argc, char ***argv, int required, int *provided) {
  EXPECT(argc == NULL && argv == NULL && required == SERIALIZED);
  *provided = required;
  initialized = 1;
  return 0;
}

int MPI_Finalize(void) { EXPECT(initialized); initialized = 0; return 0; }

int MPI_Abort(handle comm, int code) { EXPECT(comm == WORLD); aborted = code; return 0; }

int stub_aborted(void) { return aborted; }

int MPI_Comm_set_errhandler(handle comm, handle handler) { EXPECT(comm == WORLD && handler == ERRORS_RETURN); return 0; }

int MPI_Comm_rank(handle comm, int *rank) { EXPECT(comm == WORLD); *rank = RANK; return 0; }

int MPI_Comm_size(handle comm, int *size) { EXPECT(comm == WORLD); *size = SIZE; return 0; }

int MPI_Get_library_version(char *text, int *length) { *length = sprintf(text, "Stub:\tversion 1.2, built today\nsecond line"); return 0; }

int MPI_Error_string(int code, char *text, int *length) { *length = sprintf(text, "code %d, expected %s", code, wrong); return 0; }

/* The part from each process is the part that was for it. */
int MPI_Alltoallv(const void *send, const int *sends, const int *sends_at, handle send_type, void *receive, const int *receives, const int *receives_at,
                  handle receive_type, handle comm) {
  EXPECT(comm == WORLD && send_type == FLOAT && receive_type == FLOAT);
  for (int i = 0; i < SIZE; i++) {
    EXPECT(sends[i] == receives[i]);
    if (sends[i] > 0) memcpy((float *)receive + receives_at[i], (const float *)send + sends_at[i], sends[i] * sizeof(float));
  }
  return 0;
}

/* Each other process has the bytes of this one, as far as its part is long. */
int MPI_Allgatherv(const void *send, int count, handle send_type, void *receive, const int *counts, const int *at, handle type, handle comm) {
  EXPECT(comm == WORLD && send == IN_PLACE && (type == FLOAT || type == BYTE));
  size_t size = element(type);
  for (int i = 0; i < SIZE; i++) {
    if (i != RANK && counts[i] > 0 && counts[i] <= counts[RANK]) memcpy((char *)receive + at[i] * size, (char *)receive + at[RANK] * size, counts[i] * size);
  }
  return 0;
}

int MPI_Iallgather(const void *send, int count, handle send_type, void *receive, int receive_count, handle type, handle comm, handle *request) {
  EXPECT(comm == WORLD && send_type == BYTE && type == BYTE && count == receive_count);
  for (int i = 0; i < SIZE; i++) memcpy((char *)receive + i * count, send, count);
  *request = REQUEST;
  return 0;
}

/* The first test of a request says no. */
int MPI_Test(handle *request, int *flag, void *status) {
  static int tests;
  EXPECT(*request == REQUEST && status == STATUS_IGNORE);
  *flag = tests++ % 2;
  if (*flag) *request = REQUEST_NULL;
  return 0;
}
