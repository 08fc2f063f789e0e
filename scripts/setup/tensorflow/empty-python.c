// A Python that is not there. TensorFlow's library for Windows holds its Python bindings too, and so is bound to
// python312.dll; its C interface calls none of it. See python312.def for the names.
void *nothing[512];
void *answers_nothing(void) { return 0; }
