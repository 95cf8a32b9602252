//! Refuses what would kill the process: the system's loader maps a file as it is and trusts it.

use std::path::Path;

use object::{
    Endianness, FileKind, elf,
    read::elf::{FileHeader as _, ProgramHeader as _},
};
use sha2::{Digest as _, Sha256};

/// Larger than any plugin; keeps a wrong path (a database, a disk image) from filling the memory.
const MAX_BYTES: u64 = 1 << 30;

pub(super) fn read(file: &Path) -> Result<Vec<u8>, String> {
    let meta = std::fs::metadata(file).map_err(|e| format!("cannot be read: {e}"))?;
    if !meta.is_file() {
        return Err("is not a file".to_owned());
    }
    if meta.len() > MAX_BYTES {
        return Err(format!("is not a plugin: it has {} bytes", meta.len()));
    }
    std::fs::read(file).map_err(|e| format!("cannot be read: {e}"))
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// Checks that the file is a shared library for this machine with nothing missing.
pub(super) fn structure(bytes: &[u8]) -> Result<(), String> {
    let kind = FileKind::parse(bytes).map_err(|_| "is not a shared library".to_owned())?;
    let wanted = if cfg!(windows) {
        matches!(kind, FileKind::Pe32 | FileKind::Pe64)
    } else if cfg!(target_vendor = "apple") {
        matches!(
            kind,
            FileKind::MachO32 | FileKind::MachO64 | FileKind::MachOFat32 | FileKind::MachOFat64
        )
    } else {
        matches!(kind, FileKind::Elf32 | FileKind::Elf64)
    };
    if !wanted {
        return Err(format!(
            "is not a shared library for {} (its format is {kind:?})",
            std::env::consts::OS
        ));
    }
    match kind {
        FileKind::Elf64 => elf64(bytes),
        FileKind::Elf32 if cfg!(target_pointer_width = "64") => Err("is built for a 32-bit CPU".to_owned()),
        _ => object::File::parse(bytes)
            .map(|_| ())
            .map_err(|e| format!("is damaged: {e}")),
    }
}

fn elf64(bytes: &[u8]) -> Result<(), String> {
    let damaged = |e: object::Error| format!("is damaged: {e}");
    let header = elf::FileHeader64::<Endianness>::parse(bytes).map_err(damaged)?;
    let endian = header.endian().map_err(damaged)?;
    let machine = header.e_machine(endian);
    if machine != this_machine() {
        return Err(format!(
            "is built for another CPU ({}; this machine is {})",
            cpu(machine),
            std::env::consts::ARCH
        ));
    }
    if header.e_type(endian) != elf::ET_DYN {
        return Err("is not a shared library: it is a program or an object file".to_owned());
    }
    let segments = header
        .program_headers(endian, bytes)
        .map_err(|_| "is truncated: its segment table is cut off".to_owned())?;
    let mut dynamic = false;
    for (number, segment) in segments.iter().enumerate() {
        let end = segment.p_offset(endian).checked_add(segment.p_filesz(endian));
        if end.is_none_or(|end| end > bytes.len() as u64) {
            let end = end.map_or_else(|| "beyond all limits".to_owned(), |end| format!("at byte {end}"));
            return Err(format!(
                "is truncated: segment {number} ends {end} but the file has {} bytes",
                bytes.len()
            ));
        }
        dynamic |= segment.p_type(endian) == elf::PT_DYNAMIC;
    }
    if !dynamic {
        return Err("is not a shared library: it has no dynamic section".to_owned());
    }
    // The section table lies at the very end: a file cut off there still loads, but it is not the file that was built.
    header
        .section_headers(endian, bytes)
        .map_err(|_| "is truncated: its section table is cut off".to_owned())?;
    Ok(())
}

fn this_machine() -> elf::Machine {
    match std::env::consts::ARCH {
        "x86_64" => elf::EM_X86_64,
        "aarch64" => elf::EM_AARCH64,
        "riscv64" => elf::EM_RISCV,
        "powerpc64" => elf::EM_PPC64,
        "s390x" => elf::EM_S390,
        _ => elf::EM_NONE,
    }
}

fn cpu(machine: elf::Machine) -> String {
    match machine {
        elf::EM_X86_64 => "x86_64".to_owned(),
        elf::EM_AARCH64 => "aarch64".to_owned(),
        elf::EM_RISCV => "riscv64".to_owned(),
        elf::EM_386 => "32-bit x86".to_owned(),
        elf::EM_ARM => "32-bit ARM".to_owned(),
        other => format!("ELF machine {}", other.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test binary itself is a position-independent ELF file.
    #[cfg(target_os = "linux")]
    fn sample() -> Vec<u8> {
        std::fs::read(std::env::current_exe().unwrap()).unwrap()
    }

    #[test]
    fn refuses_what_is_no_library() {
        assert!(structure(b"").unwrap_err().contains("not a shared library"));
        assert!(
            structure(b"hello, I am a text file")
                .unwrap_err()
                .contains("not a shared library")
        );
        assert!(read(Path::new("/")).unwrap_err().contains("not a file"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn refuses_any_truncation_and_another_cpu() {
        let whole = sample();
        assert_eq!(structure(&whole), Ok(()));
        for keep in [17, 63, 100, 1000, whole.len() / 2, whole.len() - 1] {
            assert!(
                structure(&whole[..keep]).is_err(),
                "{keep} of {} bytes were accepted",
                whole.len()
            );
        }
        let mut foreign = whole.clone();
        foreign[18..20].copy_from_slice(&elf::EM_S390.0.to_le_bytes());
        assert!(structure(&foreign).unwrap_err().contains("another CPU"));
        let mut program = whole;
        program[16..18].copy_from_slice(&elf::ET_EXEC.0.to_le_bytes());
        assert!(structure(&program).unwrap_err().contains("is a program"));
    }
}
