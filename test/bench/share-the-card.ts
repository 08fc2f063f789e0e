// Imported before TensorFlow: a process takes of a graphics card what it uses, and not all of it, so that those it
// starts find room, too.

process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
