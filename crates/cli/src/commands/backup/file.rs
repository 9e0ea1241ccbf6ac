//! A file that appears under its name only once it is whole, and that only its owner can read.

use std::{
    fs::{self, File, OpenOptions},
    io::{BufWriter, IsTerminal, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A file on its way. Dropped before it is kept, it is gone.
pub(crate) struct Draft {
    writer: BufWriter<File>,
    path: PathBuf,
    name: PathBuf,
    kept: bool,
}

impl Draft {
    /// Begins a file that will have this name.
    ///
    /// # Errors
    /// There is one already, or the folder cannot be written.
    pub(crate) fn beside(name: &Path) -> anyhow::Result<Self> {
        if name.exists() {
            bail!("{} is there already; choose another name", name.display());
        }
        Self::over(name)
    }

    /// Begins a file that will take the place of one of this name.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub(crate) fn over(name: &Path) -> anyhow::Result<Self> {
        let mut path = name.as_os_str().to_owned();
        path.push(".part");
        let path = PathBuf::from(path);
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path);
        let file = file.with_context(|| format!("cannot write {}", path.display()))?;
        let writer = BufWriter::with_capacity(256 * 1024, file);
        Ok(Self { writer, path, name: name.to_owned(), kept: false })
    }

    /// Where to write.
    pub(crate) fn writer(&mut self) -> &mut BufWriter<File> {
        &mut self.writer
    }

    /// Where it is until it is kept.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes what was written durable.
    ///
    /// # Errors
    /// It cannot be.
    pub(crate) fn sync(&mut self) -> anyhow::Result<()> {
        self.writer.flush()?;
        Ok(self.writer.get_ref().sync_all()?)
    }

    /// Gives the file its name, durably.
    ///
    /// # Errors
    /// It cannot have it.
    pub(crate) fn keep(mut self) -> anyhow::Result<()> {
        self.sync()?;
        fs::rename(&self.path, &self.name).with_context(|| format!("cannot make {}", self.name.display()))?;
        self.kept = true;
        let folder = self.name.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.kept {
            drop(fs::remove_file(&self.path));
        }
    }
}

/// A progress bar over rows, on a terminal only. Of an unknown number, with 0.
pub(crate) fn bar(rows: u64) -> ProgressBar {
    let shown = std::io::stderr().is_terminal();
    let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let template =
        if rows == 0 { "{spinner} {pos} rows, {per_sec}" } else { "{bar:40} {percent} %, {eta} left" };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target((rows > 0).then_some(rows), target).with_style(style)
}
